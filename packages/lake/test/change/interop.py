"""What delta-rs says of a table: interop.py read|change FOLDER. One JSON object on stdout.

read: the rows, and the change feed where there is one. change: deletes, updates and appends to it first.
"""

import collections
import json
import sys

import deltalake
import pyarrow

COLUMNS = ["id", "p", "x", "amount", "note"]


def text(row):
    """A row as scenario.ts prints it."""
    x = row["x"]
    if x is not None:
        x = "NaN" if x != x else "Infinity" if x == float("inf") else repr(x).removesuffix(".0")
    else:
        x = "null"
    amount = None if row["amount"] is None else format(row["amount"], "f")
    values = [str(row["id"]), row["p"], x, amount, row["note"]]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def rows(table):
    columns = ", ".join(COLUMNS)
    query = deltalake.QueryBuilder().register("t", table)
    return sorted(text(row) for row in pyarrow.table(query.execute(f"SELECT {columns} FROM t")).to_pylist())


def changes(table):
    if table.metadata().configuration.get("delta.enableChangeDataFeed") != "true":
        return None
    found = collections.defaultdict(list)
    for row in pyarrow.table(table.load_cdf(starting_version=0)).to_pylist():
        found[str(row["_commit_version"])].append(row["_change_type"] + " " + text(row))
    return {version: sorted(texts) for version, texts in found.items()}


def change(folder):
    table = deltalake.DeltaTable(folder)
    table.delete("id % 5 = 0")
    table.update(updates={"note": "'theirs'"}, predicate="id % 7 = 1")
    schema = pyarrow.schema(
        [
            pyarrow.field("id", pyarrow.int64(), nullable=False),
            ("p", pyarrow.string()),
            ("x", pyarrow.float64()),
            ("amount", pyarrow.decimal128(9, 2)),
            ("note", pyarrow.string()),
        ]
    )
    row = {"id": 100, "p": "a", "x": 1.5, "amount": None, "note": None}
    more = pyarrow.Table.from_pylist([row], schema)
    deltalake.write_deltalake(folder, more, mode="append")


def tell(folder):
    table = deltalake.DeltaTable(folder)
    return {"version": table.version(), "rows": rows(table), "changes": changes(table)}


if sys.argv[1] == "change":
    change(sys.argv[2])
print(json.dumps(tell(sys.argv[2]), ensure_ascii=False))
