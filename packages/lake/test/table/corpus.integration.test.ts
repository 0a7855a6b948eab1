import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { stringifyJson } from "@lakewright/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isLakeError, openTable } from "../../src/index.ts";
import { localStore } from "../../src/node.ts";

const corpus = resolve("../shared/data/delta/tables");
const present = existsSync(corpus);
if (!present)
  console.warn(`Appends to tables of other writers are not tested: ${corpus} is missing.`);

interface Expected {
  readonly category: string;
  readonly latest?: { readonly numRows: number };
}

describe.runIf(present)("tables of other writers", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "lakewright-corpus-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("take their own rows once more, or are refused before anything is written", async () => {
    let appended = 0;
    const refused: string[] = [];
    for (const name of await readdir(corpus)) {
      const text = await readFile(join(corpus, name, "expected.json"), "utf8");
      const { category, latest } = JSON.parse(text) as Expected;
      if (category !== "read" || !latest || latest.numRows > 1000) continue;
      const copy = join(folder, name);
      await cp(join(corpus, name, "delta"), copy, { recursive: true });
      const before = await readdir(copy, { recursive: true });
      try {
        const table = await openTable(localStore(copy));
        const rows = await table.scan().rows();
        await table.append(rows);
        await table.checkpoint();
        const found = await (await openTable(localStore(copy))).scan().rows();
        const lines = (all: readonly object[]): string[] =>
          all.map((row) => stringifyJson(row)).sort();
        expect(lines(found), name).toEqual(lines([...rows, ...rows]));
        appended++;
      } catch (error) {
        if (!isLakeError(error, "LAKE_UNSUPPORTED_FEATURE")) throw error;
        expect(error.details["features"], name).not.toEqual([]);
        expect(await readdir(copy, { recursive: true })).toEqual(before);
        refused.push(name);
      }
    }
    expect(appended).toBeGreaterThan(80);
    expect(refused.length).toBeLessThan(15);
  }, 120_000);
});
