import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toRows } from "@lakewright/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runs } from "../../../../test/runs.ts";
import { bytesAccess, openParquet } from "../../src/parquet.ts";
import { connectDuckDB, queryRows } from "./duckdb.ts";
import { anyCut, anyTable, batchesOf, decodeRows, encodeFile } from "./tables.ts";

const folder = mkdtempSync(join(tmpdir(), "lakewright-parquet-"));
const ours = join(folder, "ours.parquet");
const theirs = join(folder, "theirs.parquet");
let duckdb: Awaited<ReturnType<typeof connectDuckDB>>;

beforeAll(async () => {
  duckdb = await connectDuckDB();
});
afterAll(() => {
  duckdb.closeSync();
  rmSync(folder, { recursive: true });
});

/** Has DuckDB write the rows of a query. */
async function copy(sql: string, options: string): Promise<Uint8Array> {
  await duckdb.run(`COPY (${sql}) TO '${theirs}' (FORMAT parquet, ${options})`);
  return readFileSync(theirs);
}

describe("the reader reads what DuckDB wrote", () => {
  it("any table, in both versions of the format, with every codec", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyTable,
        anyCut,
        fc.constantFrom("V1", "V2"),
        fc.constantFrom("uncompressed", "snappy", "gzip", "zstd", "brotli", "lz4_raw"),
        fc.constantFrom(0, 1_000_000),
        async ({ table, rows }, cut, version, codec, dictionary) => {
          writeFileSync(ours, encodeFile(table, batchesOf(table, rows, cut)).bytes);
          const options = [
            `PARQUET_VERSION ${version}`,
            `COMPRESSION ${codec}`,
            `DICTIONARY_SIZE_LIMIT ${dictionary}`,
            `ROW_GROUP_SIZE ${cut.rowGroupRows}`,
          ];
          const bytes = await copy(`FROM read_parquet('${ours}')`, options.join(", "));
          const file = await openParquet(bytesAccess(bytes));
          const read = [];
          for await (const batch of file.read()) read.push(...toRows(batch));
          // The file has types of its own: wall clocks in place of some milliseconds, nulls everywhere.
          const sql = `FROM read_parquet('${theirs}')`;
          expect(read).toEqual(await queryRows(duckdb, file.table, sql));
          expect(read).toHaveLength(rows.length);
        },
      ),
      { numRuns: runs(100) },
    );
  }, 120_000);

  // DuckDB picks encodings by content: enough rows of each kind make it take every one it has.
  const kinds: readonly (readonly [string, string])[] = [
    ["differences of integers", "i::INTEGER AS a, (i * i * 7919)::BIGINT AS b"],
    ["wide differences", "hash(i)::UBIGINT AS a, (hash(i) % 4294967296)::UINTEGER AS b"],
    ["negative differences", "(-i * 1000003)::BIGINT AS a, (10000 - i)::SMALLINT AS b"],
    ["lengths of text", "repeat('ä', (i % 40)::INTEGER) || i AS a"],
    ["bytes of floats apart", "sin(i)::FLOAT AS a, cos(i) AS b, (i / 7)::DOUBLE AS c"],
    ["runs of booleans", "i % 900 < 500 AS a, CASE WHEN i % 3 > 0 THEN i % 2 = 0 END AS b"],
    ["long lists", "range(i % 9) AS a, [[i], [], NULL] AS b"],
    [
      "decimals",
      "(i * 3.01)::DECIMAL(9, 2) AS a, (i * -1e9)::DECIMAL(18, 0) AS b, (i - 9999)::DECIMAL(38, 20) AS c",
    ],
    [
      "instants",
      "to_timestamp(i * 1e5) AS a, make_timestamp_ms(i * 999983) AS b, DATE '0001-01-01' + i::INTEGER AS c",
    ],
    ["identifiers", "hash(i)::VARCHAR AS a, encode(i::VARCHAR) AS b"],
  ];
  it.each(kinds)("%s", async (_, columns) => {
    for (const options of [
      "PARQUET_VERSION V2",
      "PARQUET_VERSION V2, DICTIONARY_SIZE_LIMIT 0",
      "PARQUET_VERSION V1",
    ]) {
      const bytes = await copy(`SELECT ${columns} FROM range(5000) r(i)`, options);
      const file = await openParquet(bytesAccess(bytes));
      const sql = `FROM read_parquet('${theirs}')`;
      expect(await decodeRows(bytes)).toEqual(await queryRows(duckdb, file.table, sql));
    }
  });

  it("and takes every encoding DuckDB has among those", async () => {
    const seen = new Set<string>();
    for (const [, columns] of kinds) {
      await copy(
        `SELECT ${columns} FROM range(5000) r(i)`,
        "PARQUET_VERSION V2, DICTIONARY_SIZE_LIMIT 0",
      );
      const sql = `SELECT encodings FROM parquet_metadata('${theirs}')`;
      for (const [encodings] of (await duckdb.runAndReadAll(sql)).getRows())
        for (const encoding of String(encodings).split(", ")) seen.add(encoding);
    }
    expect([...seen]).toEqual(
      expect.arrayContaining([
        "PLAIN",
        "DELTA_BINARY_PACKED",
        "DELTA_LENGTH_BYTE_ARRAY",
        "BYTE_STREAM_SPLIT",
      ]),
    );
  });

  it("identifiers as their bytes, and refuses what no column holds only when it is read", async () => {
    const columns = "uuid() AS id, TIME '01:02:03' AS t, INTERVAL 1 DAY AS d, 'x' AS text";
    const bytes = await copy(`SELECT ${columns}`, "PARQUET_VERSION V2");
    const file = await openParquet(bytesAccess(bytes), { name: "day.parquet" });
    expect(file.table.fields.map(({ name }) => name)).toEqual(["id", "t", "d", "text"]);
    expect((await decodeRows(bytes, { columns: ["id", "text"] }))[0]!.id).toHaveLength(16);
    await expect(decodeRows(bytes, { columns: ["t"] })).rejects.toMatchObject({
      code: "LAKE_UNSUPPORTED_PARQUET",
      message: expect.stringContaining('"t"') as string,
    });
    await expect(decodeRows(bytes)).rejects.toThrow(/time of day/);
    await expect(decodeRows(bytes, { columns: ["d"] })).rejects.toThrow(/interval/);
  });
});
