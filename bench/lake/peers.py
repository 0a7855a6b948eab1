"""What the peers of the lake do in Python. Prints one line of JSON."""

import json
import os
import sys
import time


def cpu_ms():
    times = os.times()
    return 1000 * (times.user + times.system)


def peak_mb():
    with open("/proc/self/status") as status:
        line = next(line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def open_table(path):
    from deltalake import DeltaTable

    start = cpu_ms()
    table = DeltaTable(path)
    opened = cpu_ms() - start
    peak = peak_mb()
    listing = cpu_ms()
    files = len(table.file_uris())
    return {"cpuMs": opened, "listMs": cpu_ms() - listing, "peakMb": peak, "files": files}


def appends(path, count, rows):
    """Appends of the same rows on one handle: milliseconds of each, CPU in all."""
    import pyarrow as pa
    from deltalake import DeltaTable, write_deltalake

    data = pa.table(
        {
            "id": pa.array(range(rows), pa.int64()),
            "amount": pa.array([i / 7 for i in range(rows)], pa.float64()),
            "country": pa.array([["DE", "FR", "US", None][i % 4] for i in range(rows)]),
            "note": pa.array([f"a note of row {i}" for i in range(rows)]),
        }
    )
    write_deltalake(path, data.slice(0, 0))
    table = DeltaTable(path)
    start = cpu_ms()
    walls = []
    for _ in range(count):
        begun = time.perf_counter()
        write_deltalake(table, data, mode="append")
        walls.append(1000 * (time.perf_counter() - begun))
    return {"cpuMs": cpu_ms() - start, "walls": walls}


def race(path, count, retries):
    """Appends beside other processes."""
    import pyarrow as pa
    from deltalake import CommitProperties, DeltaTable, write_deltalake

    data = pa.table({"id": pa.array(range(100), pa.int64())})
    table = DeltaTable(path)
    failed = 0
    start = cpu_ms()
    for _ in range(count):
        try:
            properties = CommitProperties(max_commit_retries=retries)
            write_deltalake(table, data, mode="append", commit_properties=properties)
        except Exception:
            failed += 1
    return {"cpuMs": cpu_ms() - start, "failed": failed}


def create(path):
    import pyarrow as pa
    from deltalake import write_deltalake

    write_deltalake(path, pa.table({"id": pa.array([], pa.int64())}))
    return {}


def rows_of(source):
    """Rows as a JSON file has them, with the types of the table."""
    from datetime import datetime, timedelta, timezone
    from decimal import Decimal

    epoch = datetime(1970, 1, 1, tzinfo=timezone.utc)
    with open(source) as lines:
        rows = [json.loads(line) for line in lines]
    for row in rows:
        row["amount"] = Decimal(row["amount"])
        row["fee"] = row["fee"] and Decimal(row["fee"])
        row["created_at"] = epoch + timedelta(microseconds=row["created_at"])
        settled = row["settled_at"]
        row["settled_at"] = settled and epoch + timedelta(milliseconds=settled)
    return rows


def arrow_schema():
    import pyarrow as pa

    instant = pa.timestamp("us", "UTC")
    return pa.schema(
        [
            ("payment_id", pa.string()),
            ("user_id", pa.string()),
            ("currency", pa.string()),
            ("country", pa.string()),
            ("quantity", pa.int32()),
            ("score", pa.float64()),
            ("amount", pa.decimal128(12, 2)),
            ("fee", pa.decimal128(18, 4)),
            ("created_at", instant),
            ("settled_at", instant),
            ("is_refund", pa.bool_()),
            ("sequence", pa.int64()),
        ]
    )


def write(source, folder, rounds):
    """Rows as dicts, and a ready table, to a Delta commit: median CPU of each way, bytes of the data file."""
    import glob
    import shutil

    import polars as pl
    import pyarrow as pa
    from deltalake import WriterProperties, write_deltalake

    rows = rows_of(source)
    schema = arrow_schema()
    ready = pa.Table.from_pylist(rows, schema)
    polars_schema = pl.from_arrow(ready.slice(0, 0)).schema
    snappy = WriterProperties(compression="SNAPPY")
    ways = {
        "delta-rs from dicts": lambda path: write_deltalake(
            path, pa.Table.from_pylist(rows, schema), writer_properties=snappy
        ),
        "polars from dicts": lambda path: pl.DataFrame(rows, schema=polars_schema).write_delta(
            path, delta_write_options={"writer_properties": snappy}
        ),
        "delta-rs from a ready pyarrow table": lambda path: write_deltalake(
            path, ready, writer_properties=snappy
        ),
    }
    result = {}
    for name, way in ways.items():
        cpu = []
        for _ in range(rounds):
            path = os.path.join(folder, "peer")
            shutil.rmtree(path, ignore_errors=True)
            start = cpu_ms()
            way(path)
            cpu.append(cpu_ms() - start)
            size = sum(os.path.getsize(f) for f in glob.glob(path + "/*.parquet"))
        result[name] = {"cpuMs": sorted(cpu)[rounds // 2], "bytes": size}
    return result


if __name__ == "__main__":
    verb, *given = sys.argv[1:]
    numbers = [int(value) if value.isdigit() else value for value in given]
    verbs = {"open": open_table, "appends": appends, "race": race, "create": create, "write": write}
    print(json.dumps(verbs[verb](*numbers)))
    sys.stdout.flush()
    # delta-rs may abort as Python ends.
    os._exit(0)
