import {
  naiveTimestamp,
  type RowInput,
  type Table,
  timestamp,
  toBatch,
  defineTable,
} from "@lakewright/core";
import {
  Decimal,
  decimal,
  int64,
  list,
  map,
  nullable,
  oneOf,
  struct,
  binary,
  date,
  utf8,
} from "@lakewright/core";
import type { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runs } from "../../../../test/runs.ts";
import { attachTable } from "../../src/duckdb-wasm.ts";
import { createTable } from "../../src/index.ts";
import { localStore } from "../../src/node.ts";
import { connectDuckDB } from "../parquet/duckdb.ts";
import { anyCut, anyTable, batchesOf } from "../parquet/tables.ts";
import { connectWasm, type WasmConnection, wasmTexts } from "./wasm.ts";

let folder: string;
let native: Awaited<ReturnType<DuckDBInstance["connect"]>>;
let wasm: WasmConnection;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lakewright-wasm-"));
  native = await connectDuckDB();
  wasm = await connectWasm();
});
afterAll(async () => {
  native.closeSync();
  await rm(folder, { recursive: true, force: true });
});

/** Every column as the text DuckDB makes of it. */
const texts = (table: Table): string =>
  table.fields.map(({ name }) => `CAST("${name}" AS VARCHAR) AS "${name}"`).join(", ");

async function nativeTexts(sql: string): Promise<(string | null)[][]> {
  const reader = await native.runAndReadAll(sql);
  return reader.getRows() as (string | null)[][];
}

test("every type arrives as DuckDB reads it from the same table's Parquet", async () => {
  let k = 0;
  await fc.assert(
    fc.asyncProperty(anyTable, async ({ table, rows }) => {
      fc.pre(rows.length > 0);
      const at = `t${k++}`;
      const lake = await createTable(localStore(folder).at(at), table);
      await lake.append(rows as RowInput<Table>[]);
      const attached = await attachTable(wasm, "t", lake);
      expect(attached.rows).toBe(rows.length);
      const [file] = lake.files();
      expect(wasmTexts(wasm, `SELECT ${texts(table)} FROM t`)).toEqual(
        await nativeTexts(
          `SELECT ${texts(table)} FROM read_parquet('${join(folder, at, file!.path)}')`,
        ),
      );
    }),
    { numRuns: runs(80) },
  );
});

test("dictionaries and slices of batches arrive as the same rows built plainly", async () => {
  await fc.assert(
    fc.asyncProperty(anyTable, anyCut, async ({ table, rows }, cut) => {
      fc.pre(rows.length > 0);
      await attachTable(wasm, "plain", stream([toBatch(table, rows as RowInput<Table>[])]));
      await attachTable(wasm, "cut", stream(batchesOf(table, rows, cut)));
      const sql = (name: string): string => `SELECT ${texts(table)} FROM ${name}`;
      expect(wasmTexts(wasm, sql("cut"))).toEqual(wasmTexts(wasm, sql("plain")));
    }),
    { numRuns: runs(80) },
  );
});

test("types and extreme values are the table's own", async () => {
  const table = defineTable("t", {
    whole: int64(),
    amount: decimal(38, 10),
    day: date(),
    at: timestamp("us"),
    local: naiveTimestamp("us"),
    bytes: binary(),
    currency: oneOf(["EUR", "USD"]),
    nested: nullable(list(struct({ name: utf8(), counts: map(utf8(), int64()) }))),
  });
  const digits = 10n ** 38n - 1n;
  const batch = toBatch(
    table,
    [
      {
        whole: -(2n ** 63n),
        amount: new Decimal(-digits, 10),
        day: "0001-01-01",
        at: -1n,
        local: "9999-12-31T23:59:59.999999",
        bytes: Uint8Array.of(0, 255),
        currency: "USD",
        nested: [{ name: "a", counts: [["x", 2n ** 63n - 1n]] }],
      },
      {
        whole: 2n ** 53n + 1n,
        amount: new Decimal(1n, 10),
        day: "2024-02-29",
        at: 1_709_164_800_000_001n,
        local: "1970-01-01T00:00:00.000001",
        bytes: new Uint8Array(0),
        currency: "EUR",
        nested: null,
      },
    ],
    { dictionaries: true },
  );
  await attachTable(wasm, "t", stream([batch]));
  expect(
    wasmTexts(wasm, "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 't'"),
  ).toEqual([
    ["whole", "BIGINT"],
    ["amount", "DECIMAL(38,10)"],
    ["day", "DATE"],
    ["at", "TIMESTAMP WITH TIME ZONE"],
    ["local", "TIMESTAMP"],
    ["bytes", "BLOB"],
    ["currency", "VARCHAR"],
    ["nested", 'STRUCT("name" VARCHAR, counts MAP(VARCHAR, BIGINT))[]'],
  ]);
  expect(wasmTexts(wasm, `SELECT ${texts(table)} FROM t`)).toEqual([
    [
      "-9223372036854775808",
      "-9999999999999999999999999999.9999999999",
      "0001-01-01",
      "1969-12-31 23:59:59.999999+00",
      "9999-12-31 23:59:59.999999",
      "\\x00\\xFF",
      "USD",
      "[{'name': a, 'counts': {x=9223372036854775807}}]",
    ],
    [
      "9007199254740993",
      "0.0000000001",
      "2024-02-29",
      "2024-02-29 00:00:00.000001+00",
      "1970-01-01 00:00:00.000001",
      "",
      "EUR",
      null,
    ],
  ]);
});

async function* stream<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
