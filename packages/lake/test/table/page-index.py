"""Looks at the data files of a Delta table, and queries it by DataFusion, which skips pages by their index.

python page-index.py TABLE CONDITIONS   CONDITIONS is a JSON list of SQL conditions; prints what it found as JSON
"""

import glob
import json
import re
import sys

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable, QueryBuilder

path, conditions = sys.argv[1], json.loads(sys.argv[2])
columns = {}
for file in glob.glob(f"{path}/*.parquet"):
    parquet = pq.ParquetFile(file, page_checksum_verification=True)
    parquet.read()
    for group in range(parquet.metadata.num_row_groups):
        for k in range(parquet.metadata.num_columns):
            chunk = parquet.metadata.row_group(group).column(k)
            before = columns.get(chunk.path_in_schema, [True, True])
            now = [chunk.has_column_index, chunk.has_offset_index]
            columns[chunk.path_in_schema] = [a and b for a, b in zip(before, now)]

query = QueryBuilder().register("t", DeltaTable(path))


def answer(sql):
    return pa.table(query.execute(sql).read_all())


answers = []
told = []
for condition in conditions:
    answers.append(answer(f"select id from t where {condition} order by id")["id"].to_pylist())
    text = str(answer(f"explain analyze select * from t where {condition}").to_pydict())
    told.append(re.findall(r"page_index_rows\w*=[^,\]]*", text))
print(json.dumps({"columns": columns, "answers": answers, "told": told}))
