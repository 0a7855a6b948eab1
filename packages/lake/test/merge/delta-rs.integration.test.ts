import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decimal, defineTable, int64, nullable, toBatch, utf8 } from "@lakewright/core";
import { Table as ArrowTable, tableToIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pythonEngines } from "../../../../tools/services/python-engines.ts";
import { createTable, type LakeTable, type MergeOptions, openTable, sql } from "../../src/index.ts";
import { localStore } from "../../src/node.ts";

const engines = pythonEngines();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lakewright-merge-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const ask = (...args: readonly string[]): readonly string[] =>
  engines!.json(join(import.meta.dirname, "delta_rs.py"), ...args) as string[];

const target = defineTable("target", {
  id: nullable(int64()),
  part: nullable(utf8()),
  n: nullable(int64()),
  amount: nullable(decimal(12, 2)),
});
const targetRows = Array.from({ length: 1000 }, (_, k) => ({
  id: k,
  part: k % 11 === 0 ? null : `p${k % 3}`,
  n: k,
  amount: k % 7 === 0 ? null : `${k % 50}.25`,
}));
const source = defineTable("source", {
  id: nullable(int64()),
  part: nullable(utf8()),
  amount: nullable(decimal(12, 2)),
  op: utf8(),
});
const sourceBatch = toBatch(
  source,
  Array.from({ length: 300 }, (_, k) => ({
    id: k % 29 === 0 ? null : 5 * k,
    part: `q${k % 2}`,
    amount: k % 13 === 0 ? null : `${k % 60}.50`,
    op: ["u", "u", "d"][k % 3]!,
  })),
);

/** The same as delta_rs.py says. */
const options: MergeOptions = {
  on: sql("target.id = source.id AND target.n < 900"),
  whenMatched: [
    { when: sql("source.op = 'd'"), then: "delete" },
    {
      when: sql("source.amount > target.amount"),
      then: "update",
      set: { amount: sql("source.amount"), n: sql("target.n + 1") },
    },
  ],
  whenNotMatched: [
    {
      when: sql("source.op <> 'd'"),
      then: "insert",
      values: { id: sql("source.id"), part: sql("source.part"), amount: sql("source.amount") },
    },
  ],
  whenNotMatchedBySource: [
    { when: sql("target.part = 'p0' AND target.n > 800"), then: "delete" },
    { when: sql("target.n % 100 = 7"), then: "update", set: { part: "left" } },
  ],
};

async function lines(table: LakeTable<typeof target>): Promise<string[]> {
  const rows = await table.scan().rows();
  return rows.map(({ id, part, n, amount }) => [id, part, n, amount].map(String).join("|")).sort();
}

describe.each([
  ["plain", {}, {}],
  ["partitioned", { partitionBy: ["part"] }, {}],
  ["with a change feed", {}, { "delta.enableChangeDataFeed": "true" }],
  ["with deletion vectors", {}, { "delta.enableDeletionVectors": "true" }],
  [
    "with deletion vectors and a change feed",
    { partitionBy: ["part"] },
    { "delta.enableDeletionVectors": "true", "delta.enableChangeDataFeed": "true" },
  ],
] as const)("a merge into a table %s", (name, layout, properties) => {
  test("gives the rows that delta-rs's gives, and is read by it", async () => {
    const path = join(folder, name.replaceAll(" ", "-"));
    const table = await createTable(localStore(path), target, { ...layout, properties });
    // The identity of rows is `id`, so that no value of the source matches two of them but null, which matches none.
    for (let from = 0; from < 1000; from += 250) {
      await table.append(targetRows.slice(from, from + 250));
    }
    const stream = join(folder, "source.arrow");
    await writeFile(stream, tableToIPC(new ArrowTable([sourceBatch]), "stream"));
    // delta-rs does not write deletion vectors: it merges into a table of its own without.
    const copy = `${path}-copy`;
    if ("delta.enableDeletionVectors" in properties) {
      const plain = await createTable(localStore(copy), target, layout);
      await plain.append(targetRows);
    } else {
      await cp(path, copy, { recursive: true });
    }
    const theirs = ask("merge", copy, stream);

    const before = await lines(table);
    const result = await table.merge(sourceBatch, options);
    expect(await lines(table)).toEqual(theirs);
    expect(ask("rows", path)).toEqual(theirs);
    expect(engines!.lint(path)).toEqual([]);
    expect(result.rowsMatched).toBeGreaterThan(100);
    for (const count of [result.rowsUpdated, result.rowsDeleted, result.rowsInserted]) {
      expect(count).toBeGreaterThan(20);
    }
    expect(result.deletionVectorsAdded > 0).toBe("delta.enableDeletionVectors" in properties);
    if ("delta.enableChangeDataFeed" in properties) expectFeed(path, before, theirs);
    // And we read what they merged.
    expect(await lines((await openTable(localStore(copy))) as never)).toEqual(theirs);
  });
});

/** The feed as delta-rs reads it is what lies between the rows before and after. */
function expectFeed(path: string, before: readonly string[], after: readonly string[]): void {
  const feed = ask("changes", path).map((line) => [
    line.slice(0, line.indexOf("|")),
    line.slice(line.indexOf("|") + 1),
  ]);
  const of = (...types: readonly string[]): string[] =>
    feed.filter(([type]) => types.includes(type!)).map(([, line]) => line!);
  const gone = new Set(of("delete", "update_preimage"));
  const rows = [...before.filter((line) => !gone.has(line)), ...of("insert", "update_postimage")];
  expect(rows.sort()).toEqual(after);
  expect(of("update_preimage").length).toBe(of("update_postimage").length);
  for (const type of ["insert", "delete", "update_preimage"]) {
    expect(of(type).length).toBeGreaterThan(20);
  }
}
