import fc from "fast-check";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pythonEngines } from "../../../../tools/services/python-engines.ts";
import { createTable, eq, gte, type LakeTable, lt, openTable } from "../../src/index.ts";
import { localStore } from "../../src/node.ts";
import { after, type Item, items, rowText, type Step, step, take, texted } from "./scenario.ts";

const engines = pythonEngines();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lakewright-change-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const script = join(import.meta.dirname, "interop.py");

interface Told {
  readonly version: number;
  readonly rows: readonly string[];
  readonly changes: Readonly<Record<string, readonly string[]>> | null;
}

const ask = (verb: "read" | "change", path: string): Told =>
  engines!.json(script, verb, path) as Told;

/** The change feed as interop.py tells it. */
async function changesOf(table: LakeTable<typeof items>): Promise<Told["changes"]> {
  const found: Record<string, string[]> = {};
  for (const row of await table.changes({ from: 0n }).rows()) {
    (found[String(row._commit_version)] ??= []).push(`${row._change_type} ${rowText(row)}`);
  }
  for (const texts of Object.values(found)) texts.sort();
  return found;
}

const VECTORS = { "delta.enableDeletionVectors": "true" };
const FEED = { "delta.enableChangeDataFeed": "true" };

/** delta-rs takes the rows a vector deletes for those that the removal of its file deletes. */
const isReadRight = (step: Step): boolean => step.kind !== "overwrite";

/** The change feed of delta-rs does not find folders with escaped names. */
function plainText<T>(value: T): T {
  if (value === "é/=%") return "c" as T;
  if (Array.isArray(value)) return value.map(plainText) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, plainText(item)]),
  ) as T;
}

test.runIf(engines).each([
  ["copies", {}, []],
  ["vectors", VECTORS, []],
  ["copies and a feed, in partitions", FEED, ["p"]],
  ["vectors and a feed", { ...VECTORS, ...FEED }, []],
  ["vectors and a feed, in partitions", { ...VECTORS, ...FEED }, ["p"]],
] as const)(
  "delta-rs reads the rows and the change feed of a changed table: by %s",
  async (name, properties, partitionBy) => {
    const scenarios = fc.sample(fc.array(step, { minLength: 6, maxLength: 14 }), {
      numRuns: 4,
      seed: 4,
    });
    const hasFeed = "delta.enableChangeDataFeed" in properties;
    for (const [k, sampled] of scenarios.entries()) {
      const steps = hasFeed ? sampled.filter(isReadRight).map(plainText) : sampled;
      const path = join(folder, `${name}-${k}`);
      const table = await createTable(localStore(path), items, { partitionBy, properties });
      let rows: readonly Item[] = [];
      for (const step of steps) {
        await take(table, step);
        rows = after(rows, step);
      }
      const told = ask("read", path);
      expect(told.version).toBe(Number(table.version));
      expect(told.rows).toEqual(texted(rows));
      if (hasFeed) expect(told.changes).toEqual(await changesOf(table));
      expect(engines!.lint(path)).toEqual([]);
    }
  },
  120_000,
);

const many = (from: number, count: number): Item[] =>
  Array.from({ length: count }, (_, k) => ({
    id: BigInt(from + k),
    p: ["a", "b", null][k % 3]!,
    x: k % 4 === 0 ? null : k / 8,
    amount: `${k % 100}.25`,
    note: k % 5 === 0 ? null : `note ${k}`,
  }));

test.runIf(engines).each([
  ["copies", {}, []],
  ["copies and a feed, in partitions", FEED, ["p"]],
] as const)(
  "delta-rs and we change one table in turn: by %s",
  async (name, properties, partitionBy) => {
    const path = join(folder, `turns by ${name}`);
    const table = await createTable(localStore(path), items, { partitionBy, properties });
    let rows: readonly Item[] = [];
    const ours: readonly Step[] = [
      { kind: "append", rows: many(0, 300) },
      { kind: "delete", where: lt("id", 20n) },
      { kind: "update", where: gte("id", 290n), set: { p: "b", x: NaN } },
    ];
    for (const step of ours) {
      await take(table, step);
      rows = after(rows, step);
    }
    const told = ask("change", path);
    rows = rows
      .filter((row) => (row.id as bigint) % 5n !== 0n)
      .map((row) => ((row.id as bigint) % 7n === 1n ? { ...row, note: "theirs" } : row));
    rows = [...rows, { id: 100n, p: "a", x: 1.5, amount: null, note: null }];
    expect(told.rows).toEqual(texted(rows));
    await table.refresh();
    expect(texted(await table.scan().rows())).toEqual(texted(rows));
    const step: Step = { kind: "delete", where: eq("note", "theirs") };
    await take(table, step);
    rows = after(rows, step);
    const again = ask("read", path);
    expect(again.rows).toEqual(texted(rows));
    if ("delta.enableChangeDataFeed" in properties) {
      expect(again.changes).toEqual(await changesOf(table));
    }
    expect(engines!.lint(path)).toEqual([]);
  },
  60_000,
);

test.runIf(engines)(
  "delta-rs reads deletion vectors of every kind of container, in the log and in files",
  async () => {
    const path = join(folder, "containers");
    const table = await createTable(localStore(path), items, { properties: VECTORS });
    await table.append(many(0, 90_000));
    let rows: readonly Item[] = many(0, 90_000);
    const steps: readonly Step[] = [
      { kind: "delete", where: eq("id", 70_001n) },
      { kind: "delete", where: lt("id", 65_000n) },
      { kind: "delete", where: eq("amount", "7.25") },
      { kind: "delete", where: eq("p", "b") },
    ];
    for (const [k, step] of steps.entries()) {
      await take(table, step);
      rows = after(rows, step);
      if (k % 2 === 1) expect(ask("read", path).rows).toEqual(texted(rows));
    }
    expect(texted(await (await openTable(localStore(path))).scan().rows())).toEqual(texted(rows));
    expect(engines!.lint(path)).toEqual([]);
  },
  120_000,
);
