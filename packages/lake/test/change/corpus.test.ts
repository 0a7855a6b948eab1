import { existsSync } from "node:fs";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Field, stringifyJson } from "@lakewright/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  isLakeError,
  isNotNull,
  type LakeTable,
  lte,
  openTable,
  type Where,
  type WhereValue,
} from "../../src/index.ts";
import { localStore } from "../../src/node.ts";

const corpus = resolve("../shared/data/delta/tables");
const present = existsSync(corpus);
if (!present)
  console.warn(`Changes of tables of other writers are not tested: ${corpus} is missing.`);

interface Expected {
  readonly category: string;
  readonly latest?: { readonly numRows: number };
}

const lines = (rows: readonly object[]): string[] => rows.map((row) => stringifyJson(row)).sort();

/** Lines without some of them. */
function less(all: readonly string[], some: readonly string[]): string[] {
  const rest = [...all];
  for (const line of some) rest.splice(rest.indexOf(line), 1);
  return rest;
}

const isScalar = ({ column: { type } }: Field): boolean =>
  !["list", "map", "struct", "binary", "bool"].includes(type.kind);

/** A condition that some rows meet and some do not, on a column of the table. */
async function halving(table: LakeTable): Promise<Where | undefined> {
  const rows = await table.scan().rows();
  for (const { name } of table.table.fields.filter(isScalar)) {
    const value = rows[rows.length >> 1]?.[name] as WhereValue | null | undefined;
    if (value === null || value === undefined) continue;
    return lte(name, value);
  }
  const first = table.table.fields[0];
  return first && isNotNull(first.name);
}

describe.runIf(present)("tables of other writers", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "lakewright-change-corpus-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("lose the rows that are deleted and keep the others, or are refused before anything is written", async () => {
    let changed = 0;
    let vectors = 0;
    const refused: string[] = [];
    for (const name of await readdir(corpus)) {
      const text = await readFile(join(corpus, name, "expected.json"), "utf8");
      const { category, latest } = JSON.parse(text) as Expected;
      if (category !== "read" || !latest || latest.numRows > 1000 || latest.numRows === 0) continue;
      const copy = join(folder, name);
      await cp(join(corpus, name, "delta"), copy, { recursive: true });
      const before = await readdir(copy, { recursive: true });
      try {
        const table = await openTable(localStore(copy));
        const where = await halving(table);
        if (!where) continue;
        const all = lines(await table.scan().rows());
        const gone = lines(await table.scan({ where }).rows());
        const done = await table.delete(where);
        expect(done.rowsDeleted, name).toBe(gone.length);
        vectors += done.deletionVectorsAdded;
        await table.checkpoint();
        const again = await openTable(localStore(copy));
        expect(lines(await again.scan().rows()), name).toEqual(less(all, gone));
        const text = table.table.fields.find(
          ({ name, column }) =>
            column.type.kind === "utf8" && column.nullable && !table.partitionBy.includes(name),
        );
        if (text) {
          const { rowsUpdated } = await again.update({ set: { [text.name]: null } });
          expect(rowsUpdated, name).toBe(all.length - gone.length);
          const rows = await again.scan({ columns: [text.name] }).rows();
          expect(
            rows.every((row) => row[text.name] === null),
            name,
          ).toBe(true);
        }
        changed++;
      } catch (error) {
        // A column that is generated from the time of day takes no row of yesterday once more.
        if (isLakeError(error, "LAKE_CONSTRAINT_VIOLATED") && /now\(\)/.test(error.message))
          continue;
        if (!isLakeError(error, "LAKE_UNSUPPORTED_FEATURE")) throw error;
        expect(await readdir(copy, { recursive: true }), name).toEqual(before);
        refused.push(name);
      }
    }
    expect(changed).toBeGreaterThan(80);
    expect(refused.length).toBeLessThan(10);
    expect(vectors).toBeGreaterThan(0);
  }, 120_000);
});
