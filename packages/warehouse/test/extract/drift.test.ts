import {
  type Column,
  decimal,
  defineTable,
  float64,
  int32,
  int64,
  naiveTimestamp,
  nullable,
  oneOf,
  timestamp,
  utf8,
} from "@lakewright/core";
import { duckdb } from "@lakewright/sql/duckdb";
import type { SqlEngine } from "@lakewright/sql";
import {
  compareSchemas,
  type DriftOptions,
  extractInto,
  full,
  introspect,
  memorySchemas,
  memoryState,
  type QuarantinedRow,
  type SchemaPolicy,
  sqlSchemas,
  toTables,
} from "@lakewright/warehouse/extract";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const source = (columns: Record<string, Column>, primaryKey: string[] = ["id"], name = "t") => ({
  table: defineTable(name, columns),
  path: ["main", name],
  primaryKey,
});

describe("comparing schemas", () => {
  it.each([
    [int32(), int64(), "typeWidened"],
    [int64(), int32(), "typeNarrowed"],
    [int32(), float64(), "typeWidened"],
    [int64(), float64(), "typeChanged"],
    [decimal(12, 2), decimal(14, 2), "typeWidened"],
    [decimal(12, 2), decimal(12, 4), "typeChanged"],
    [decimal(12, 4), decimal(10, 2), "typeNarrowed"],
    [int32(), decimal(12, 2), "typeWidened"],
    [int32(), decimal(11, 2), "typeChanged"],
    [oneOf(["a"]), oneOf(["a", "b"]), "typeWidened"],
    [oneOf(["a", "b"]), utf8(), "typeWidened"],
    [timestamp("ms"), timestamp("us"), "typeWidened"],
    [naiveTimestamp(), timestamp(), "typeChanged"],
    [int32(), utf8(), "typeChanged"],
    [nullable(int32()), int32(), "nullForbidden"],
    [int32(), nullable(int32()), "nullAllowed"],
  ])("tells a change of a type: %#", (before, now, kind) => {
    const { changes } = compareSchemas([source({ id: before })], [source({ id: now })]);
    expect(changes.map((change) => change.kind)).toEqual([kind]);
  });

  it("says what came and what went, readably", () => {
    const before = [
      source({ id: int64(), gone: utf8(), amount: nullable(decimal(12, 2)) }),
      source({ id: int64() }, ["id"], "old"),
    ];
    const now = [
      source({ id: int64(), came: utf8(), amount: nullable(decimal(14, 2)) }, ["id", "came"]),
      source({ id: int64() }, ["id"], "new"),
    ];
    expect(String(compareSchemas(before, now))).toBe(
      `t.came: new column, utf8
t.amount: was nullable decimal(12, 2) and is nullable decimal(14, 2) (wider)
t.gone: the column is gone, it was utf8
t: the primary key was (id) and is (id, came)
new: new table
old: the table is gone`,
    );
    expect(compareSchemas(now, now).changes).toEqual([]);
  });
});

describe("a source whose schema changes", () => {
  let engine: SqlEngine;
  beforeEach(async () => {
    engine = duckdb(":memory:");
    await engine.execute("CREATE TABLE t (id BIGINT PRIMARY KEY, code INTEGER, note VARCHAR)");
    await engine.execute("INSERT INTO t VALUES (1, 10, 'a'), (2, 20, 'b')");
  });
  afterEach(() => engine.close());

  const run = async (drift: DriftOptions, tables = ["t"]) =>
    extractInto(
      engine,
      await introspect(engine, { schema: "main", include: tables }),
      toTables(engine, { schema: "copy" }),
      { strategy: full(), state: memoryState(), drift },
    );
  const copied = () => engine.query("SELECT * FROM copy.t ORDER BY id").rows();

  it("evolves: the copy gets the column, and the version is kept", async () => {
    const versions = await sqlSchemas(engine, { schema: "meta" });
    expect((await run({ versions })).tables[0]!.changes).toEqual([]);
    await run({ versions });
    expect(await versions.history("main.t")).toHaveLength(1);
    await engine.execute("ALTER TABLE t ADD COLUMN extra VARCHAR DEFAULT 'x'");
    const { failed, tables } = await run({ versions });
    expect(failed).toEqual([]);
    expect(tables[0]!.changes.map(({ kind, column }) => `${kind} ${column}`)).toEqual([
      "columnAdded extra",
    ]);
    expect(await copied()).toMatchObject([{ extra: "x" }, { extra: "x" }]);
    const [first, second] = await versions.history("main.t");
    expect(first!.source.table.fields.map(({ name }) => name)).toEqual(["id", "code", "note"]);
    expect(second).toMatchObject({ version: 2 });
    expect(second!.source.table.columns["extra"]!.type).toEqual({ kind: "utf8" });
  });

  it("freezes: the table fails with the change named, and its copy stays", async () => {
    const versions = memorySchemas();
    await run({ versions });
    await engine.execute("ALTER TABLE t ALTER code TYPE VARCHAR");
    const { failed } = await run({ versions });
    expect(failed[0]!.error).toMatchObject({
      code: "WAREHOUSE_SCHEMA_DRIFT",
      message: 'The schema of "t" has changed: t.code: was nullable int32 and is nullable utf8.',
    });
    expect(failed[0]!.changes).toHaveLength(1);
    expect(await copied()).toHaveLength(2);
    expect(await versions.history("main.t")).toHaveLength(1);
  });

  it("freezes tables that are new after the first extraction", async () => {
    const versions = memorySchemas();
    const policy: SchemaPolicy = { tables: "freeze" };
    expect((await run({ versions, policy })).failed).toEqual([]);
    await engine.execute("CREATE TABLE u (id BIGINT PRIMARY KEY)");
    const { failed } = await run({ versions, policy }, ["t", "u"]);
    expect(failed.map(({ name, changes }) => `${name} ${changes[0]!.kind}`)).toEqual([
      "main.u tableAdded",
    ]);
  });

  it("quarantines: goes on with the columns before, and puts rows aside that do not fit", async () => {
    const versions = memorySchemas();
    const aside: QuarantinedRow[] = [];
    const drift: DriftOptions = {
      versions,
      policy: { columns: "quarantine", types: "quarantine" },
      onQuarantine: (rows) => void aside.push(...rows),
    };
    await run(drift);
    await engine.execute("ALTER TABLE t ALTER code TYPE BIGINT");
    await engine.execute("ALTER TABLE t ADD COLUMN extra VARCHAR");
    await engine.execute("ALTER TABLE t DROP COLUMN note");
    await engine.execute("INSERT INTO t VALUES (3, 30, 'e'), (4, 4000000000, 'e'), (5, 50, 'e')");
    const { failed, tables } = await run(drift);
    expect(failed).toEqual([]);
    expect(tables[0]).toMatchObject({ summary: { read: 5, quarantined: 1 } });
    expect(aside).toEqual([
      {
        row: { id: 4n, code: 4_000_000_000n },
        column: "code",
        problem: expect.any(String) as string,
      },
    ]);
    expect(await copied()).toEqual([
      { id: 1n, code: 10, note: null },
      { id: 2n, code: 20, note: null },
      { id: 3n, code: 30, note: null },
      { id: 5n, code: 50, note: null },
    ]);
    expect(await versions.history("main.t")).toHaveLength(1);
  });

  it("refuses policies nobody knows", async () => {
    const versions = memorySchemas();
    for (const policy of [{ column: "evolve" }, { types: "discard" }, { tables: "quarantine" }]) {
      await expect(run({ versions, policy: policy as SchemaPolicy })).rejects.toMatchObject({
        code: "WAREHOUSE_INVALID_OPTION",
      });
    }
    await expect(run({ versions, policy: { types: "quarantine" } })).rejects.toMatchObject({
      hint: "Give drift.onQuarantine.",
    });
  });
});
