/** Rows to a Snappy Parquet file on disk, against nodejs-polars and hyparquet-writer. */
import {
  closeSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { batchBuilder } from "@lakewright/core";
import { parquetWriter } from "@lakewright/lake/parquet";
import { DuckDBInstance } from "@duckdb/node-api";
import { type ColumnSource, parquetWriteFile, type SchemaElement } from "hyparquet-writer";
import { type CaseResult, compared, type Contender, interleave } from "../measure.ts";
import { polarsFrame } from "../polars-frame.ts";
import { makePayments, type Payment, payments } from "../rows.ts";

const ROWS = 100_000;
const BATCH_ROWS = 50_000;
const rows = makePayments(ROWS);
const folder = mkdtempSync(join(tmpdir(), "lakewright-bench-"));
const pathOf = (name: string): string => join(folder, `${name}.parquet`);

const builder = batchBuilder(payments, { dictionaries: true });
function lakewright(): void {
  const file = openSync(pathOf("lakewright"), "w");
  const writer = parquetWriter(payments, { codec: "snappy" });
  for (let from = 0; from < ROWS; from += BATCH_ROWS) {
    const batch = builder.build(rows.slice(from, from + BATCH_ROWS));
    for (const chunk of writer.write(batch)) writeSync(file, chunk);
  }
  for (const chunk of writer.finish().chunks) writeSync(file, chunk);
  closeSync(file);
}

const pick = <K extends keyof Payment>(name: K): Payment[K][] => rows.map((row) => row[name]);

function polars(): void {
  polarsFrame(rows).writeParquet(pathOf("polars"), { compression: "snappy" });
}

const element = (name: string, more: Partial<SchemaElement>): SchemaElement => ({
  name,
  repetition_type: payments.columns[name as keyof Payment].nullable ? "OPTIONAL" : "REQUIRED",
  ...more,
});
const text = { type: "BYTE_ARRAY", converted_type: "UTF8" } as const;
const schema: SchemaElement[] = [
  { name: "root", num_children: payments.fields.length },
  element("payment_id", text),
  element("user_id", text),
  element("currency", text),
  element("country", text),
  element("quantity", { type: "INT32" }),
  element("score", { type: "DOUBLE" }),
  element("amount", { type: "INT64", converted_type: "DECIMAL", precision: 12, scale: 2 }),
  element("fee", { type: "INT64", converted_type: "DECIMAL", precision: 18, scale: 4 }),
  element("created_at", { type: "INT64", converted_type: "TIMESTAMP_MICROS" }),
  element("settled_at", { type: "INT64", converted_type: "TIMESTAMP_MILLIS" }),
  element("is_refund", { type: "BOOLEAN" }),
  element("sequence", { type: "INT64" }),
];

/** Decimals as unscaled bigint, which is exact; a bigint of text is faster than the writer's own way by floats. */
function hyparquetWriter(): void {
  const unscaled = (value: string | null): bigint | null =>
    value === null ? null : BigInt(value.replace(".", ""));
  const columnData = payments.fields.map(({ name }): ColumnSource => {
    const data: unknown[] = pick(name as keyof Payment);
    const isDecimal = name === "amount" || name === "fee";
    return { name, data: isDecimal ? (data as (string | null)[]).map(unscaled) : data };
  });
  parquetWriteFile({
    filename: pathOf("hyparquet-writer"),
    columnData,
    schema,
    codec: "SNAPPY",
    rowGroupSize: 131_072,
  });
}

// What DuckDB makes of the rows as JSON is what every file has to have.
const json = join(folder, "rows.json");
writeFileSync(
  json,
  rows
    .map((row) =>
      JSON.stringify({
        ...row,
        created_at: String(row.created_at),
        settled_at: row.settled_at?.getTime() ?? null,
        sequence: String(row.sequence),
      }),
    )
    .join("\n"),
);
const duckdb = await (await DuckDBInstance.create(":memory:")).connect();
// Contenders write one path again and again, faster than the clock of the file system tells.
await duckdb.run("SET enable_external_file_cache = false");
const digest = async (from: string, instants: string): Promise<string> => {
  const sql = `SELECT count(*), sum(hash(payment_id, user_id, currency, country, quantity::INTEGER, score::DOUBLE,
    amount::DECIMAL(12, 2), fee::DECIMAL(18, 4), ${instants}, is_refund::BOOLEAN, sequence::BIGINT)) FROM ${from}`;
  return String((await duckdb.runAndReadAll(sql)).getRows()[0]);
};
const wanted = await digest(
  `read_json('${json}', columns = {payment_id: 'VARCHAR', user_id: 'VARCHAR', currency: 'VARCHAR', country: 'VARCHAR',
    quantity: 'INTEGER', score: 'DOUBLE', amount: 'VARCHAR', fee: 'VARCHAR', created_at: 'BIGINT', settled_at: 'BIGINT',
    is_refund: 'BOOLEAN', sequence: 'BIGINT'})`,
  "created_at, settled_at",
);
const checked = (name: string, run: () => void): Contender => ({
  name,
  run,
  async check() {
    const found = await digest(
      `read_parquet('${pathOf(name)}')`,
      "epoch_us(created_at), epoch_ms(settled_at)",
    );
    if (found !== wanted) throw new Error(`${name} wrote ${found} in place of ${wanted}.`);
  },
});

try {
  const measurements = await interleave([
    checked("lakewright", lakewright),
    checked("polars", polars),
    checked("hyparquet-writer", hyparquetWriter),
  ]);
  const megabytes = (name: string): string[] => [(statSync(pathOf(name)).size / 1e6).toFixed(2)];
  const result: CaseResult = {
    title: "Rows to a Parquet file",
    work: `The same ${ROWS.toLocaleString("en")} objects to a Parquet file on disk, compressed with Snappy. After every round DuckDB compares the file with the rows.`,
    columns: ["CPU ms", "wall ms", "rows a CPU second", "MB", "peer / ours"],
    rows: compared(measurements, ROWS, { polars: 1.5, "hyparquet-writer": 2 }, megabytes),
  };
  console.log(JSON.stringify(result));
} finally {
  duckdb.closeSync();
  rmSync(folder, { recursive: true });
}
