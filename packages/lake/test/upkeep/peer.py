"""What delta-rs says of a table, and what it does to one. Prints JSON."""

import json
import sys

from deltalake import DeltaTable, QueryBuilder
import pyarrow.parquet as pq


def rows(table, version=None):
    # Its own engine: the way by pyarrow knows fewer features.
    found = QueryBuilder().register("t", table).execute("select id from t").read_all()
    return sorted(int(v) for v in found.column("id").to_pylist())


verb, path, *rest = sys.argv[1:]
if verb == "read":
    versions = {}
    for arg in rest:
        versions[arg] = rows(DeltaTable(path, version=int(arg)))
    table = DeltaTable(path)
    print(json.dumps({"version": table.version(), "ids": rows(table), "versions": versions, "files": sorted(table.file_uris())}))
elif verb == "dry-run":
    table = DeltaTable(path)
    files = table.vacuum(retention_hours=int(rest[0]), dry_run=True, enforce_retention_duration=False)
    print(json.dumps(sorted(files)))
elif verb == "optimize":
    table = DeltaTable(path)
    table.optimize.compact() if not rest else table.optimize.z_order(rest)
    print(json.dumps(table.version()))
elif verb == "vacuum":
    table = DeltaTable(path)
    table.vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False)
    print(json.dumps(table.version()))
elif verb == "restore":
    table = DeltaTable(path)
    table.restore(int(rest[0]))
    print(json.dumps(table.version()))
elif verb == "checkpoint":
    DeltaTable(path).create_checkpoint()
    print("0")
elif verb == "schema":
    schema = pq.read_schema(rest[0])
    print(json.dumps({field.name: str(field.type) for field in schema}))
