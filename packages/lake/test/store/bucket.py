"""A table in a bucket by delta-rs: bucket.py read|append URI STORAGE_OPTIONS. One JSON object on stdout."""

import json
import sys

import deltalake
import pyarrow

verb, uri, options = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
table = deltalake.DeltaTable(uri, storage_options=options)
if verb == "append":
    rows = pyarrow.table(
        deltalake.QueryBuilder()
        .register("t", table)
        .execute("SELECT id + 1000 AS id, currency, amount, at, day, note FROM t")
    )
    deltalake.write_deltalake(table, rows, mode="append")
    table.create_checkpoint()
ids = pyarrow.table(
    deltalake.QueryBuilder().register("t", table).execute("SELECT id FROM t ORDER BY id")
)["id"].to_pylist()
print(json.dumps({"version": table.version(), "ids": ids}))
