"""What delta-rs says of a table, and a table written by it: interop.py read|write FOLDER. One JSON object on stdout."""

import datetime
import decimal
import json
import sys

import deltalake
import pyarrow


def plain(value):
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, datetime.datetime):
        epoch = datetime.datetime(1970, 1, 1, tzinfo=value.tzinfo)
        return (value - epoch) // datetime.timedelta(microseconds=1)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def read(folder):
    table = deltalake.DeltaTable(folder)
    rows = pyarrow.table(
        deltalake.QueryBuilder().register("t", table).execute("SELECT * FROM t ORDER BY n")
    ).to_pylist()
    return {
        "version": table.version(),
        "rows": plain(rows),
        "files": len(table.file_uris()),
        "pruned": len(table.file_uris([("p", "=", "US/East")])) if "p" in rows[0] else None,
        "stats": plain(pyarrow.table(table.get_add_actions(flatten=True)).to_pylist()),
    }


def write(folder):
    schema = pyarrow.schema(
        [
            pyarrow.field("n", pyarrow.int64(), nullable=False),
            ("p", pyarrow.string()),
            ("d", pyarrow.date32()),
            ("amount", pyarrow.decimal128(20, 5)),
            ("at", pyarrow.timestamp("us", tz="UTC")),
            ("wall", pyarrow.timestamp("us")),
            ("tags", pyarrow.list_(pyarrow.string())),
            ("point", pyarrow.struct([("x", pyarrow.float64()), ("y", pyarrow.int16())])),
            ("labels", pyarrow.map_(pyarrow.string(), pyarrow.int32())),
        ]
    )
    rows = [
        {
            "n": 2**53 + k,
            "p": ["US/East", "100%", "é =x", None][k % 4],
            "d": datetime.date(1969, 12, 31 - k),
            "amount": (decimal.Decimal(-k) / 8).quantize(decimal.Decimal("0.00001")),
            "at": datetime.datetime(2026, 1, 1, 0, 0, k, 1, tzinfo=datetime.timezone.utc),
            "wall": datetime.datetime(1960, 1, 1, 0, 0, k, 1),
            "tags": [None, [], ["a", None]][k % 3],
            "point": None if k == 2 else {"x": k / 3, "y": -k},
            "labels": [("k", k)],
        }
        for k in range(12)
    ]
    for part in (rows[:5], rows[5:]):
        deltalake.write_deltalake(
            folder, pyarrow.Table.from_pylist(part, schema), partition_by=["p"], mode="append"
        )
    table = deltalake.DeltaTable(folder)
    table.delete("n = 9007199254740995")
    table.create_checkpoint()
    return {"rows": plain([row for row in rows if row["n"] != 9007199254740995])}


print(json.dumps({"read": read, "write": write}[sys.argv[1]](sys.argv[2])))
