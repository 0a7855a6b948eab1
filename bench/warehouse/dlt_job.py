"""One run of a dlt pipeline: dlt_job.py <folder> prepare|run postgres|mysql <url> upsert|scd2 arrow|dicts <people.arrow>.

Says "imported", then "ready" and the CPU seconds so far when the rows are in memory, and begins when it is told to.
"""
import sys
import time

import dlt
import psycopg2  # noqa: F401
import pyarrow as pa
import pymysql  # noqa: F401
import sqlalchemy  # noqa: F401
from dlt.sources.helpers.transform import add_row_hash_to_table

print("imported", flush=True)
folder, action, destination, url, job, form, path = sys.argv[1:]
people = pa.ipc.open_stream(path).read_all()
if form == "dicts":
    people = people.to_pylist()

if destination == "postgres":
    target = dlt.destinations.postgres(credentials=url)
    strategy = "upsert" if job == "upsert" else "scd2"
    loader = {"loader_file_format": "csv"}
else:
    target = dlt.destinations.sqlalchemy(credentials=url.replace("mysql://", "mysql+pymysql://"))
    strategy = "delete-insert" if job == "upsert" else "scd2"
    loader = {}

disposition = {"disposition": "merge", "strategy": strategy}
hashed = strategy == "scd2" and form == "arrow"
if hashed:
    # As dlt's manual has it for Arrow tables: the hash of a row is its version. Of dicts, dlt makes it itself.
    disposition["row_version_column_name"] = "row_hash"
# An empty table is filled without a merge where what comes out is the same.
fills = action == "prepare" and strategy == "delete-insert"
resource = dlt.resource(
    people,
    name=f"people_{form}",
    primary_key="person",
    write_disposition="replace" if fills else disposition,
)
if hashed:
    resource.add_map(add_row_hash_to_table("row_hash"))
pipeline = dlt.pipeline(
    pipeline_name=f"bench_{destination}_{job}_{form}",
    pipelines_dir=folder,
    destination=target,
    dataset_name=f"dlt_{job}_{form}" if destination == "postgres" else url.rsplit("/", 1)[1],
)
print("ready", time.process_time(), flush=True)
sys.stdin.readline()
pipeline.run(resource, refresh="drop_sources" if action == "prepare" else None, **loader)
