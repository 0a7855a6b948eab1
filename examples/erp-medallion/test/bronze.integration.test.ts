import { duckdb } from "@lakewright/sql/duckdb";
import type { SqlEngine } from "@lakewright/sql";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openBronze } from "../src/bronze/bronze-lake.ts";
import { type BronzeSummary, extractBronze } from "../src/bronze/extract.ts";
import { extractTime } from "../src/source/days.ts";
import { createSource } from "../src/source/database/create.ts";
import { fillSource } from "../src/source/database/fill.ts";
import { generateSource } from "../src/source/generate/generate.ts";

let folder: string;
let engine: SqlEngine;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "bronze-"));
  engine = duckdb(":memory:");
  await createSource(engine);
  await fillSource(engine, generateSource({ seed: 11, scale: 0.02 }).rows, {});
  await extract(1);
}, 240_000);

afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

function extract(day: number): Promise<BronzeSummary> {
  const at = extractTime(day);
  const bronze = openBronze(join(folder, "bronze"), () => at);
  return extractBronze(engine, bronze, { at, stateFolder: join(folder, "state") });
}

/** The current rows of a table in bronze, as the source has them. */
async function current(name: string, columns: string[]): Promise<string[]> {
  const table = (await openBronze(join(folder, "bronze"), () => 0n).table(name))!;
  const marks = ["_bronze_valid_to", "_bronze_is_deleted"];
  const rows = (await table.scan({ columns: [...columns, ...marks] }).rows()) as Record<
    string,
    unknown
  >[];
  return rows
    .filter((row) => row["_bronze_valid_to"] === null && row["_bronze_is_deleted"] === false)
    .map((row) => columns.map((column) => String(row[column])).join("|"))
    .sort();
}

async function source(name: string, columns: string[]): Promise<string[]> {
  const listed = columns.map((column) => `"${column}"`).join(", ");
  const rows = await engine.query(`SELECT ${listed} FROM "${name}"`).rows();
  return rows.map((row) => columns.map((column) => String(row[column])).join("|")).sort();
}

it("finds what came, changed and went where rows do not say when, and leaves the rest alone", async () => {
  const [{ id: gone }, { id: moved }] = (await engine
    .query(`SELECT id FROM "Zipcode" ORDER BY id LIMIT 2`)
    .rows()) as [{ id: number }, { id: number }];
  await engine.execute(`DELETE FROM "Zipcode" WHERE id = ${gone};
UPDATE "Zipcode" SET city = 'Ailleurs' WHERE id = ${moved};
INSERT INTO "Zipcode" SELECT * REPLACE (900000 AS id) FROM "Zipcode" WHERE id = ${moved}`);
  expect(await extract(2)).toMatchObject({ inserted: 1, changed: 1, deleted: 1, changedTables: 1 });
  const columns = ["id", "zipCode", "city", "population"];
  expect(await current("zipcode", columns)).toEqual(await source("Zipcode", columns));
});

it("finds rows that went where as many came, in one range of keys and in others", async () => {
  const before = await source("Activity", ["id"]);
  const ids = before.map(Number).sort((a, b) => a - b);
  const [first, far] = [ids[0]!, ids.at(-1)!];
  await engine.execute(`UPDATE "Activity" SET id = ${far + 1}, "sysModifiedDate" = '2025-10-25 10:00:00+00' WHERE id = ${first};
DELETE FROM "Activity" WHERE id IN (${ids[5]}, ${far})`);
  expect(await extract(3)).toMatchObject({ inserted: 1, changed: 0, deleted: 3, changedTables: 1 });
  expect(await current("activity", ["id"])).toEqual(await source("Activity", ["id"]));
});

it("does nothing where nothing happened", async () => {
  expect(await extract(4)).toMatchObject({ inserted: 0, changed: 0, deleted: 0, changedTables: 0 });
});
