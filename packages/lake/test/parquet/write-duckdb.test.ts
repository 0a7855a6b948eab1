import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  bool,
  date,
  decimal,
  defineTable,
  int16,
  int32,
  int64,
  list,
  map,
  naiveTimestamp,
  nullable,
  oneOf,
  struct,
  timestamp,
  uint64,
  utf8,
} from "@lakewright/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runs } from "../../../../test/runs.ts";
import { connectDuckDB, queryRows, queryTypes } from "./duckdb.ts";
import { anyCut, anyTable, batchesOf, encodeFile } from "./tables.ts";

const folder = mkdtempSync(join(tmpdir(), "lakewright-parquet-"));
const path = join(folder, "file.parquet");
const file = `read_parquet('${path}')`;
let duckdb: Awaited<ReturnType<typeof connectDuckDB>>;

beforeAll(async () => {
  duckdb = await connectDuckDB();
});
afterAll(() => {
  duckdb.closeSync();
  rmSync(folder, { recursive: true });
});

describe("DuckDB reads what the writer wrote", () => {
  it("any table, cut any way into batches and row groups, with any codec", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyTable,
        anyCut,
        fc.constantFrom("none" as const, "snappy" as const, "gzip" as const, "zstd" as const),
        async ({ table, rows }, cut, codec) => {
          const { rowGroupRows } = cut;
          const { bytes } = encodeFile(table, batchesOf(table, rows, cut), { codec, rowGroupRows });
          writeFileSync(path, bytes);
          expect(await queryRows(duckdb, table, `FROM ${file}`)).toEqual(rows);
        },
      ),
      { numRuns: runs(200) },
    );
  }, 120_000);

  it("with the types of the table", async () => {
    const table = defineTable("t", {
      a: int16(),
      b: uint64(),
      c: decimal(9, 2),
      d: decimal(18, 2),
      e: decimal(30, 2),
      f: date(),
      g: timestamp("us"),
      h: timestamp("ms"),
      i: naiveTimestamp("us"),
      j: oneOf(["x"]),
      k: list(int32()),
      l: map(utf8(), bool()),
      m: struct({ x: nullable(int64()) }),
    });
    writeFileSync(path, encodeFile(table, []).bytes);
    expect(await queryRows(duckdb, table, `FROM ${file}`)).toEqual([]);
    expect((await queryTypes(duckdb, `FROM ${file}`)).map(([, type]) => type)).toEqual([
      "SMALLINT",
      "UBIGINT",
      "DECIMAL(9,2)",
      "DECIMAL(18,2)",
      "DECIMAL(30,2)",
      "DATE",
      "TIMESTAMP WITH TIME ZONE",
      "TIMESTAMP WITH TIME ZONE",
      "TIMESTAMP",
      "VARCHAR",
      "INTEGER[]",
      "MAP(VARCHAR, BOOLEAN)",
      "STRUCT(x BIGINT)",
    ]);
  });

  it("and finds every value it filters by, through the statistics of many row groups", async () => {
    await fc.assert(
      fc.asyncProperty(anyTable, anyCut, fc.nat(), async ({ table, rows }, cut, pick) => {
        fc.pre(rows.length > 0);
        const { name, column } = table.fields[0]!;
        fc.pre(!["list", "struct", "map"].includes(column.type.kind));
        const { rowGroupRows } = cut;
        writeFileSync(path, encodeFile(table, batchesOf(table, rows, cut), { rowGroupRows }).bytes);
        // The same query on a copy of the rows, which has no statistics to go wrong by.
        await duckdb.run(`CREATE OR REPLACE TEMP TABLE copy AS FROM ${file}`);
        const pickOne = `SELECT ${name} FROM copy LIMIT 1 OFFSET ${pick % rows.length}`;
        await duckdb.run(`SET VARIABLE wanted = (${pickOne})`);
        for (const operator of ["=", "<", "<=", ">", ">="]) {
          const count = async (from: string): Promise<unknown> => {
            const sql = `SELECT count(*) FROM ${from} WHERE ${name} ${operator} getvariable('wanted')`;
            return (await duckdb.runAndReadAll(sql)).getRows();
          };
          expect(await count(file)).toEqual(await count("copy"));
        }
      }),
      { numRuns: runs(100) },
    );
  }, 120_000);
});
