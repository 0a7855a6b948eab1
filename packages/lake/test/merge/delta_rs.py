"""MERGE by delta-rs, and what it reads: delta_rs.py merge|rows|changes FOLDER [SOURCE]. One JSON list on stdout."""

import json
import sys

import deltalake
import pyarrow
import pyarrow.ipc


def text(value):
    return "null" if value is None else str(value)


def lines(rows, names):
    return sorted("|".join(text(row[name]) for name in names) for row in rows)


def rows(folder):
    table = deltalake.DeltaTable(folder)
    found = pyarrow.table(deltalake.QueryBuilder().register("t", table).execute("SELECT * FROM t"))
    return lines(found.to_pylist(), ["id", "part", "n", "amount"])


def changes(folder):
    table = deltalake.DeltaTable(folder)
    found = pyarrow.table(table.load_cdf(starting_version=table.version()))
    return lines(found.to_pylist(), ["_change_type", "id", "part", "n", "amount"])


def merge(folder, source):
    """What test/merge/delta-rs.integration.test.ts asks of us, asked of delta-rs."""
    with open(source, "rb") as stream:
        batch = pyarrow.ipc.open_stream(stream.read()).read_all()
    table = deltalake.DeltaTable(folder)
    (
        table.merge(
            batch,
            "target.id = source.id AND target.n < 900",
            source_alias="source",
            target_alias="target",
        )
        .when_matched_delete("source.op = 'd'")
        .when_matched_update(
            {"amount": "source.amount", "n": "target.n + 1"}, "source.amount > target.amount"
        )
        .when_not_matched_insert(
            {"id": "source.id", "part": "source.part", "amount": "source.amount"},
            "source.op <> 'd'",
        )
        .when_not_matched_by_source_delete("target.part = 'p0' AND target.n > 800")
        .when_not_matched_by_source_update({"part": "'left'"}, "target.n % 100 = 7")
        .execute()
    )
    return rows(folder)


verbs = {"merge": merge, "rows": rows, "changes": changes}
print(json.dumps(verbs[sys.argv[1]](*sys.argv[2:])))
