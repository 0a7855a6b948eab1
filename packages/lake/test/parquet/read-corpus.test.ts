import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { toRows } from "@lakewright/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bytesAccess, openParquet } from "../../src/parquet.ts";
import { connectDuckDB, queryRows, queryTypes } from "./duckdb.ts";

/** Tables that Spark, delta-rs, delta-kernel and others wrote, with their checkpoints. */
const folder = join(import.meta.dirname, "../../../../../shared/data/delta/tables");
const isThere = existsSync(folder);
if (!isThere) console.warn(`Skipped: no Parquet files of other projects at ${folder}.`);

/** Of longer files as many rows at the beginning and at the end are compared. */
const COMPARED = 5_000;

let duckdb: Awaited<ReturnType<typeof connectDuckDB>>;
beforeAll(async () => {
  duckdb = await connectDuckDB();
});
afterAll(() => duckdb.closeSync());

describe.skipIf(!isThere)("files of other projects", () => {
  const files = isThere ? globSync("**/*.parquet", { cwd: folder }).sort() : [];
  const tables = Map.groupBy(files, (path) => path.split("/")[0]!);

  it.each([...tables.keys()])("%s has the values that DuckDB reads", async (table) => {
    for (const path of tables.get(table)!) {
      const full = join(folder, path);
      const file = await openParquet(bytesAccess(readFileSync(full)), { name: path });
      const sql = `FROM read_parquet('${full.replaceAll("'", "''")}', hive_partitioning = false)`;
      const types = await queryTypes(duckdb, sql);
      // DuckDB unpacks variants, to us they are the bytes of which they are made.
      const isCompared = !types.some(([, type]) => type.includes("VARIANT"));
      const from = Math.max(0, file.rows - COMPARED);
      const head = [];
      const tail = [];
      let at = 0;
      for await (const batch of file.read()) {
        if (at < COMPARED) head.push(...toRows(batch.slice(0, COMPARED - at)));
        const end = at + batch.numRows;
        if (end > from) tail.push(...toRows(batch.slice(Math.max(0, from - at), batch.numRows)));
        at = end;
      }
      expect(at, path).toBe(file.rows);
      if (!isCompared) continue;
      expect(head, path).toEqual(await queryRows(duckdb, file.table, `${sql} LIMIT ${COMPARED}`));
      expect(tail, path).toEqual(await queryRows(duckdb, file.table, `${sql} OFFSET ${from}`));
    }
  });
});
