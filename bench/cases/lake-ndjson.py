"""A text file to a Delta table by pyarrow and delta-rs: the medians of five runs, as JSON."""
import json
import os
import shutil
import statistics
import sys
import time

import deltalake
import pyarrow as pa
import pyarrow.csv
import pyarrow.json

folder, kind = sys.argv[1:]
stamp = pa.timestamp("us", "UTC")
schema = pa.schema(
    [
        pa.field("payment_id", pa.string(), False),
        pa.field("user_id", pa.string(), False),
        pa.field("currency", pa.string(), False),
        pa.field("country", pa.string()),
        pa.field("quantity", pa.int32(), False),
        pa.field("score", pa.float64()),
        # pyarrow reads JSON numbers as doubles; decimals it takes as text only.
        pa.field("amount", pa.float64() if kind == "json" else pa.decimal128(12, 2), False),
        pa.field("fee", pa.float64() if kind == "json" else pa.decimal128(18, 4)),
        pa.field("created_at", stamp, False),
        pa.field("settled_at", stamp),
        pa.field("is_refund", pa.bool_()),
        pa.field("sequence", pa.int64(), False),
    ]
)


def read():
    if kind == "csv":
        options = pa.csv.ConvertOptions(column_types=schema, strings_can_be_null=True)
        return pa.csv.read_csv(f"{folder}/rows.csv", convert_options=options)
    options = pa.json.ParseOptions(explicit_schema=schema)
    return pa.json.read_json(f"{folder}/rows.ndjson", parse_options=options)


def once():
    target = f"{folder}/delta-rs-{kind}"
    shutil.rmtree(target, ignore_errors=True)
    wall, before = time.perf_counter(), os.times()
    deltalake.write_deltalake(target, read())
    after = os.times()
    cpu = after.user - before.user + after.system - before.system
    return cpu * 1000, (time.perf_counter() - wall) * 1000


runs = [once() for _ in range(6)][1:]
print(json.dumps({"cpuMs": statistics.median(r[0] for r in runs), "wallMs": statistics.median(r[1] for r in runs)}))
