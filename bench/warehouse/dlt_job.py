"""One run of a dlt pipeline: dlt_job.py <folder> prepare|run postgres|mysql <url> upsert|scd2 <people.arrow>."""
import sys

import dlt
import pyarrow as pa
from dlt.sources.helpers.transform import add_row_hash_to_table

folder, action, destination, url, job, path = sys.argv[1:]
people = pa.ipc.open_stream(path).read_all()

if destination == "postgres":
    target = dlt.destinations.postgres(credentials=url)
    strategy = "upsert" if job == "upsert" else "scd2"
    loader = {"loader_file_format": "csv"}
else:
    target = dlt.destinations.sqlalchemy(credentials=url.replace("mysql://", "mysql+pymysql://"))
    strategy = "delete-insert" if job == "upsert" else "scd2"
    loader = {}

disposition = {"disposition": "merge", "strategy": strategy}
if strategy == "scd2":
    # As dlt's manual has it for Arrow tables: the hash of a row is its version.
    disposition["row_version_column_name"] = "row_hash"
resource = dlt.resource(
    people, name="people", primary_key="person", write_disposition=disposition
)
if strategy == "scd2":
    resource.add_map(add_row_hash_to_table("row_hash"))
pipeline = dlt.pipeline(
    pipeline_name=f"bench_{destination}_{job}",
    pipelines_dir=folder,
    destination=target,
    dataset_name=f"dlt_{job}" if destination == "postgres" else url.rsplit("/", 1)[1],
)
pipeline.run(resource, refresh="drop_sources" if action == "prepare" else None, **loader)
