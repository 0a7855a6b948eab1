"""Writes and reads Parquet with pyarrow; values cross as JSON, what JSON lacks as text."""

import base64
import datetime as dt
import decimal
import json
import math
import sys

import pyarrow as pa
import pyarrow.parquet as pq

UTC = dt.timezone.utc
EPOCH = dt.datetime(1970, 1, 1, tzinfo=UTC)


def shown(value):
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return {"int": str(value)}
    if isinstance(value, float):
        return {"float": "NaN" if math.isnan(value) else value.hex()}
    if isinstance(value, decimal.Decimal):
        return {"decimal": format(value, "f")}
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, dt.datetime):
        utc = value if value.tzinfo else value.replace(tzinfo=UTC)
        return {"micros": str((utc - EPOCH) // dt.timedelta(microseconds=1))}
    if isinstance(value, dt.date):
        return {"date": value.isoformat()}
    if isinstance(value, (list, tuple)):
        return [shown(item) for item in value]
    if isinstance(value, dict):
        return {"struct": {name: shown(item) for name, item in value.items()}}
    raise TypeError(type(value))


def print_rows(table):
    rows = [{name: shown(row[name]) for name in table.column_names} for row in table.to_pylist()]
    print(json.dumps(rows))


def corpus():
    n = 3000
    some = [None if i % 7 == 0 else i for i in range(n)]
    each = lambda make: [None if i is None else make(i) for i in some]
    return pa.table(
        {
            "i8": pa.array(each(lambda i: i % 256 - 128), pa.int8()),
            "u16": pa.array(each(lambda i: i * 21), pa.uint16()),
            "u32": pa.array(each(lambda i: i * 1431655), pa.uint32()),
            "i64": pa.array(each(lambda i: (i - 1500) * 6148914691236517), pa.int64()),
            "u64": pa.array(each(lambda i: i * 6148914691236517), pa.uint64()),
            "f32": pa.array(each(lambda i: i / 4), pa.float32()),
            "f64": pa.array(each(lambda i: math.sin(i)), pa.float64()),
            "d9": pa.array(each(lambda i: decimal.Decimal(i - 1500).scaleb(-2)), pa.decimal128(9, 2)),
            "d18": pa.array(each(lambda i: decimal.Decimal((1500 - i) * 10**12).scaleb(-4)), pa.decimal128(18, 4)),
            "d38": pa.array(each(lambda i: decimal.Decimal((i - 1500) * 10**33).scaleb(-10, decimal.Context(prec=50))), pa.decimal128(38, 10)),
            "text": pa.array(each(lambda i: f"text {i * 7919 % 3000} ü")),
            "sorted": pa.array([f"prefix/{i:06d}" for i in range(n)]),
            "kind": pa.array(each(lambda i: ["EUR", "USD", ""][i % 3])),
            "bytes": pa.array(each(lambda i: bytes([i % 256] * (i % 5)))),
            "flag": pa.array(each(lambda i: i % 3 == 0)),
            "day": pa.array(each(lambda i: dt.date(1960, 1, 1) + dt.timedelta(i * 11))),
            "at": pa.array(each(lambda i: (i - 1500) * 1_234_567_891), pa.timestamp("us", "UTC")),
            "wall": pa.array(each(lambda i: (i - 1500) * 1_234_567), pa.timestamp("ms")),
            "list": pa.array(each(lambda i: [None if k == 1 else k * i for k in range(i % 4)]), pa.list_(pa.int32())),
            "lists": pa.array(each(lambda i: [None, [], [i, None]][: i % 4]), pa.list_(pa.list_(pa.int64()))),
            "map": pa.array(each(lambda i: [(f"k{k}", None if k else i) for k in range(i % 3)]), pa.map_(pa.string(), pa.int64())),
            "struct": pa.array(each(lambda i: {"a": None if i % 5 == 0 else i, "b": {"c": [str(i)] * (i % 2)}}),
                               pa.struct([("a", pa.int32()), ("b", pa.struct([("c", pa.list_(pa.string()))]))])),
        }
    )


if sys.argv[1] == "read":
    print_rows(pq.read_table(sys.argv[2]))
else:
    options = json.loads(sys.argv[3])
    repeated = pa.concat_tables([corpus()] * options.pop("repeat", 1))
    rows = 1100 * (len(repeated) // 3000)
    pq.write_table(repeated, sys.argv[2], row_group_size=rows, data_page_size=4096, **options)
    print_rows(corpus())
