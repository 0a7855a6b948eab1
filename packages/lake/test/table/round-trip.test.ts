import { type RowInput, type Table, toBatch, toRows } from "@lakewright/core";
import type { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runs } from "../../../../test/runs.ts";
import { createTable, memoryStore, openTable } from "../../src/index.ts";
import { localStore } from "../../src/node.ts";
import { connectDuckDB, queryRows } from "../parquet/duckdb.ts";
import { anyTable, type AnyRow } from "../parquet/tables.ts";

const asRead = (table: Table, rows: readonly AnyRow[]): AnyRow[] =>
  rows.length === 0 ? [] : toRows(toBatch(table, rows as RowInput<Table>[]));

let folder: string;
let connection: Awaited<ReturnType<DuckDBInstance["connect"]>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lakewright-table-"));
  connection = await connectDuckDB();
});
afterAll(async () => {
  connection.closeSync();
  await rm(folder, { recursive: true, force: true });
});

test("what is appended is what is read, for every type, through checkpoints", async () => {
  await fc.assert(
    fc.asyncProperty(anyTable, fc.nat({ max: 30 }), async ({ table, rows }, cut) => {
      const store = memoryStore();
      const lake = await createTable(store, table, { checkpointInterval: 2 });
      const written = [rows.slice(0, cut), rows.slice(cut)];
      for (const part of written) await lake.append(part as RowInput<Table>[]);
      const opened = await openTable(store);
      expect(opened.table.fields).toEqual(table.fields);
      expect(await opened.scan().rows()).toEqual(asRead(table, rows));
    }),
    { numRuns: runs(150) },
  );
});

test("DuckDB reads the data files as they were written", async () => {
  let k = 0;
  await fc.assert(
    fc.asyncProperty(anyTable, async ({ table, rows }) => {
      fc.pre(rows.length > 0);
      const store = localStore(folder).at(`t${k++}`);
      const lake = await createTable(store, table, { codec: k % 2 === 0 ? "zstd" : "snappy" });
      await lake.append(rows as RowInput<Table>[]);
      const [file] = lake.files();
      const path = join(folder, `t${k - 1}`, file!.path);
      const expected = asRead(table, rows);
      // DuckDB sees the types of storage: only columns that are stored as they are can be compared.
      const same = table.fields.filter(({ column }) =>
        /^(int|float|utf8|date|bool|binary|decimal)/.test(column.type.kind),
      );
      if (same.length === 0) return;
      const shown = { ...table, fields: same };
      const found = await queryRows(
        connection,
        shown,
        `SELECT ${same.map(({ name }) => name).join(", ")} FROM read_parquet('${path}')`,
      );
      expect(found).toEqual(
        expected.map((row) => Object.fromEntries(same.map(({ name }) => [name, row[name]]))),
      );
    }),
    { numRuns: runs(60) },
  );
});
