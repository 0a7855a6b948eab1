import { existsSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
  date,
  decimal,
  defineTable,
  int32,
  int64,
  list,
  nullable,
  struct,
  timestamp,
  utf8,
} from "@lakewright/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTable, type LakeTable, openTable } from "../../src/index.ts";
import { localStore } from "../../src/node.ts";
import { pythonEngines } from "../../../../tools/services/python-engines.ts";

const engines = pythonEngines();
const oracle = resolve("../shared/tools/delta/delta_oracle.py");
const corpus = resolve("../shared/data/delta/tables");

describe.runIf(engines)("tables with rules, to others", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "lakewright-rules-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const run = (script: string, ...args: readonly string[]): unknown =>
    engines!.json("-c", script, ...args);
  const assertClean = (path: string): void => {
    expect(engines!.lint(path).filter((line) => line.startsWith("ERROR"))).toEqual([]);
  };
  const query = (path: string, select: string): unknown =>
    run(
      `
import sys, json
from deltalake import DeltaTable, QueryBuilder
rows = QueryBuilder().register("t", DeltaTable(sys.argv[1])).execute(sys.argv[2])
import pyarrow as pa
table = pa.table(rows) if not hasattr(rows, "read_all") else pa.table(rows.read_all())
print(json.dumps(table.to_pylist(), default=str))
`,
      path,
      select,
    );

  const table = defineTable("t", {
    id: int32(),
    amount: decimal(10, 2),
    at: timestamp(),
    day: nullable(date()),
    place: nullable(struct({ city: nullable(utf8()), tags: nullable(list(utf8())) })),
  });
  const rows = [
    { id: 1, amount: "1.50", at: "2026-01-01T12:00:00Z", place: { city: "Wien", tags: ["a"] } },
    { id: 2, amount: "2.50", at: "2026-01-02T12:00:00Z", place: null },
  ];

  test("constraints and generated columns we write are enforced by delta-rs", async () => {
    const path = join(folder, "rules");
    const lake = await createTable(localStore(path), table, {
      constraints: { positive: "amount > 0 AND id IS NOT NULL" },
      generated: { day: "CAST(at AS DATE)" },
    });
    await lake.append(rows);
    assertClean(path);
    const script = `
import sys, json, decimal, datetime
import pyarrow as pa
from deltalake import DeltaTable, write_deltalake
t = DeltaTable(sys.argv[1])
out = []
for amount in ["3.50", "-3.50"]:
    data = pa.table({
        "id": pa.array([3], pa.int32()), "amount": pa.array([decimal.Decimal(amount)], pa.decimal128(10, 2)),
        "at": pa.array([datetime.datetime(2026, 1, 3, tzinfo=datetime.timezone.utc)], pa.timestamp("us", "UTC")),
        "day": pa.array([datetime.date(2026, 1, 3)]),
        "place": pa.array([None], pa.struct([("city", pa.string()), ("tags", pa.list_(pa.field("element", pa.string(), False)))])),
    })
    try:
        write_deltalake(t, data, mode="append"); out.append("written")
    except Exception as e:
        out.append(str(e))
print(json.dumps(out))
`;
    const [first, second] = run(script, path) as string[];
    expect(first).toBe("written");
    expect(second).toMatch(/1 rows failed validation check/);
    await lake.refresh();
    await expect(lake.append([{ ...rows[0]!, amount: "0" }])).rejects.toMatchObject({
      code: "LAKE_CONSTRAINT_VIOLATED",
    });
    expect(await lake.scan({ columns: ["id", "day"] }).rows()).toHaveLength(3);
  });

  test("mapped columns are read, before and after they are renamed, dropped and added", async () => {
    for (const mode of ["name", "id"]) {
      const path = join(folder, `mapped-${mode}`);
      const lake: LakeTable = await createTable(localStore(path), table, {
        partitionBy: ["day"],
        properties: { "delta.columnMapping.mode": mode },
      }).then(() => openTable(localStore(path)));
      await lake.append(rows.map((row) => ({ ...row, day: row.at.slice(0, 10) })));
      await lake.alter({
        renameColumns: { amount: "the total" },
        dropColumns: ["at"],
        addColumns: { note: nullable(utf8()) },
      });
      await lake.append([{ id: 3, "the total": "9.99", note: "new", day: "2026-01-02" }]);
      assertClean(path);
      expect(
        query(path, 'select id, "the total" as total, note, day, place from t order by id'),
      ).toMatchObject([
        {
          id: 1,
          total: "1.50",
          note: null,
          day: "2026-01-01",
          place: { city: "Wien", tags: ["a"] },
        },
        { id: 2, total: "2.50", note: null, place: null },
        { id: 3, total: "9.99", note: "new", day: "2026-01-02" },
      ]);
    }
  });

  test("widened columns are read", async () => {
    const path = join(folder, "widened");
    const lake: LakeTable = await createTable(localStore(path), table, {
      properties: { "delta.enableTypeWidening": "true" },
    }).then(() => openTable(localStore(path)));
    await lake.append(rows);
    await lake.alter({ widenColumns: { id: int64(), amount: decimal(14, 2) } });
    await lake.append([{ ...rows[0]!, id: 2n ** 40n, amount: "123456789012.00" }]);
    assertClean(path);
    if (!existsSync(oracle)) return;
    const text = engines!.run(oracle, path);
    expect(text).toContain(String(2n ** 40n));
    expect(text).toContain("123456789012.00");
  });

  test("tables of other writers with rules take rows that keep them", async () => {
    if (!existsSync(corpus)) return;
    const cases: readonly (readonly [string, Record<string, unknown>, Record<string, unknown>?])[] =
      [
        ["dat-v0.0.3__check_constraints", { letter: "z", int: 5n, date: "1990-01-01" }],
        ["dat-v0.0.3__generated_columns", { letter: "z", int: 5n, date: "1990-01-01" }],
        ["delta-spark__dbr_8_1_generated_columns", { c1: 41 }, { c1: 1, c2: 5 }],
      ];
    for (const [name, good, bad] of cases) {
      const path = join(folder, name);
      await cp(join(corpus, name, "delta"), path, { recursive: true });
      const lake = await openTable(localStore(path));
      const before = (await lake.scan().rows()).length;
      await lake.append([good]);
      expect((await lake.scan().rows()).length, name).toBe(before + 1);
      if (bad) {
        await expect(lake.append([bad])).rejects.toMatchObject({
          code: "LAKE_CONSTRAINT_VIOLATED",
        });
      }
      if (existsSync(oracle)) {
        const text = engines!.run(oracle, path);
        expect(text, name).toMatch(name.includes("dbr") ? /42/ : /z/);
      }
    }
  });
});
