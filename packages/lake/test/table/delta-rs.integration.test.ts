import {
  binary,
  bool,
  date,
  Decimal,
  decimal,
  defineTable,
  float32,
  float64,
  int8,
  int16,
  int64,
  list,
  map,
  nullable,
  oneOf,
  parseTimestamp,
  struct,
  timestamp,
  uint32,
  uint64,
  utf8,
} from "@lakewright/core";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pythonEngines } from "../../../../tools/services/python-engines.ts";
import { createTable, eq, gt, type LakeTable, openTable } from "../../src/index.ts";
import { localStore } from "../../src/node.ts";

const engines = pythonEngines();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lakewright-interop-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const script = join(import.meta.dirname, "interop.py");

interface Told {
  readonly version: number;
  readonly rows: readonly Record<string, unknown>[];
  readonly files: number;
  readonly pruned: number | null;
  readonly stats: readonly Record<string, unknown>[];
}

const ask = (verb: "read" | "write", path: string): Told =>
  engines!.json(script, verb, path) as Told;

/** Values as interop.py prints them. */
function plain(value: unknown): unknown {
  if (value instanceof Decimal) return value.toString();
  if (value instanceof Date) return value.getTime() * 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  }
  return value;
}

const wide = defineTable("wide", {
  n: int64(),
  p: nullable(utf8()),
  day: date(),
  i8: nullable(int8()),
  i16: int16(),
  u32: uint32(),
  u64: uint64(),
  ok: nullable(bool()),
  amount: decimal(20, 10),
  cents: decimal(9, 2),
  huge: nullable(decimal(38, 6)),
  at: timestamp("us"),
  ms: timestamp("ms"),
  kind: oneOf(["view", "buy"]),
  bytes: nullable(binary()),
  tags: nullable(list(nullable(utf8()))),
  labels: nullable(map(utf8(), nullable(int64()))),
  address: nullable(struct({ city: nullable(utf8()), zip: nullable(list(int16())) })),
});
const partitions = ["US/East", "100%25", "é =x", "a{b}", null];
const wideRows = Array.from({ length: 25 }, (_, k) => ({
  n: BigInt(k),
  p: partitions[k % 5]!,
  day: `19${60 + k}-02-28`,
  i8: k % 4 === 0 ? null : -k,
  i16: k,
  u32: 4_294_967_295 - k,
  u64: 9_000_000_000 + k,
  ok: [true, false, null][k % 3]!,
  amount: `-${k}.0000000001`,
  cents: `${k}.99`,
  huge: k % 2 === 0 ? null : `${"9".repeat(30)}.${100_000 + k}`,
  at: BigInt(k - 12) * 1_000_001n,
  ms: new Date(1_700_000_000_000 + k),
  kind: (["view", "buy"] as const)[k % 2]!,
  bytes: k % 3 === 0 ? null : Uint8Array.of(k, 0, 255),
  tags: [null, [], ["a", null]][k % 3]!,
  labels: k % 4 === 0 ? null : ([["k", k % 5 === 0 ? null : k]] as [string, number | null][]),
  address: k % 5 === 0 ? null : { city: k % 2 ? "Köln" : null, zip: k % 3 ? [k] : null },
}));

async function written(
  name: string,
  options: Parameters<typeof createTable>[2],
): Promise<LakeTable<typeof wide>> {
  const table = await createTable(localStore(join(folder, name)), wide, options);
  await table.append(wideRows.slice(0, 10));
  await table.append(wideRows.slice(10));
  return table;
}

describe.runIf(engines)("delta-rs reads what we write", () => {
  test.each([
    ["plain", {}],
    ["partitioned by text", { partitionBy: ["p"] }],
    ["partitioned by day, with zstd", { partitionBy: ["day"], codec: "zstd" }],
    ["partitioned by two, with checkpoints", { partitionBy: ["p", "kind"], checkpointInterval: 1 }],
    ["partitioned by a decimal", { partitionBy: ["cents"], codec: "gzip" }],
    ["partitioned by a time", { partitionBy: ["at"], codec: "none" }],
    ["with a change feed", { properties: { "delta.enableChangeDataFeed": "true" } }],
  ] as const)("%s", async (name, options) => {
    const table = await written(name, options);
    const told = ask("read", join(folder, name));
    expect(told.version).toBe(2);
    expect(told.files).toBe(table.files().length);
    const ours = await table.scan().rows();
    ours.sort((a, b) => Number(a.n - b.n));
    // The types delta-rs sees are those of storage.
    const wanted = ours.map((row) => ({ ...row, u64: String(row.u64) }));
    expect(told.rows).toEqual(wanted.map(plain));
    expect(told.stats.map((stats) => stats["num_records"]).sort()).toEqual(
      table
        .files()
        .map((file) => file.rows)
        .sort(),
    );
    expect(engines!.lint(join(folder, name))).toEqual([]);
    if (name === "partitioned by text") {
      expect(told.pruned).toBe(
        table.files().filter((file) => file.partition["p"] === "US/East").length,
      );
    }
  });

  test("floats with NaN and infinities, and text of every plane", async () => {
    const table = defineTable("t", { n: int64(), x: float64(), f: float32(), text: utf8() });
    const path = join(folder, "floats");
    const lake = await createTable(localStore(path), table);
    const xs = [0.1, -0, NaN, Infinity, -Infinity, 5e-324, 1e21];
    await lake.append(
      xs.map((x, n) => ({ n, x, f: Math.fround(x), text: "😀é\0a".repeat(n * 3) })),
    );
    const { rows } = ask("read", path);
    expect(rows.map((row) => row["x"])).toEqual([
      "0.1",
      "-0.0",
      "nan",
      "inf",
      "-inf",
      "5e-324",
      "1e+21",
    ]);
    expect(rows.map((row) => row["text"])).toEqual(xs.map((_, n) => "😀é\0a".repeat(n * 3)));
    expect(engines!.lint(path)).toEqual([]);
  });

  test("an overwritten table", async () => {
    const path = join(folder, "overwritten");
    const table = await createTable(localStore(path), wide, {
      partitionBy: ["kind"],
      checkpointInterval: 2,
    });
    await table.append(wideRows);
    await table.overwrite(
      wideRows.slice(0, 3).map((row) => ({ ...row, kind: "buy" as const })),
      {
        where: eq("kind", "buy"),
      },
    );
    await table.overwrite(wideRows.slice(0, 4));
    const told = ask("read", path);
    expect(told.rows.map((row) => row["n"])).toEqual([0, 1, 2, 3]);
    expect(engines!.lint(path)).toEqual([]);
  });
});

test.runIf(engines)("we read what delta-rs writes, and append to it", async () => {
  const path = join(folder, "theirs");
  const { rows } = ask("write", path);
  const table = await openTable(localStore(path));
  const ours = (await table.scan().rows()).map((row): Record<string, unknown> => {
    const point = row["point"] as Record<string, number> | null;
    const wall = Number(parseTimestamp(row["wall"] as string)!.micros);
    return { ...row, wall, point: point && { ...point, x: pythonFloat(point["x"]!) } };
  });
  ours.sort((a, b) => Number((a["n"] as bigint) - (b["n"] as bigint)));
  expect(ours.map(plain)).toEqual(rows);
  const some = table.scan({ columns: ["n"], where: gt("n", 2n ** 53n + 9n) });
  expect(ids(await some.rows())).toEqual([2n ** 53n + 10n, 2n ** 53n + 11n]);
  expect(some.metrics.filesSkipped).toBeGreaterThan(0);
  await table.append([{ n: 1n, p: "US/East", amount: "0.125" }]);
  expect(ask("read", path).rows[0]).toMatchObject({ n: 1, p: "US/East", amount: "0.12500" });
  expect(engines!.lint(path)).toEqual([]);
});

const ids = (rows: readonly Record<string, unknown>[]): unknown[] =>
  rows.map((row) => row["n"]).sort();
const pythonFloat = (x: number): string => (Number.isInteger(x) ? `${x}.0` : String(x));
