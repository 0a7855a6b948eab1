import {
  bool,
  date,
  decimal,
  defineTable,
  float64,
  int32,
  int64,
  list,
  nullable,
  timestamp,
  utf8,
} from "@lakewright/core";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCsv, readNdjson } from "../../src/text.ts";
import { connectDuckDB, queryRows } from "../parquet/duckdb.ts";
import { allRows } from "./reading.ts";

const orders = defineTable("orders", {
  id: int64(),
  quantity: nullable(int32()),
  amount: nullable(decimal(18, 4)),
  score: nullable(float64()),
  note: nullable(utf8()),
  day: nullable(date()),
  at: nullable(timestamp("us")),
  paid: nullable(bool()),
});
const withTags = defineTable("orders", {
  ...orders.columns,
  tags: nullable(list(nullable(utf8()))),
});

const notes = [
  'say "no"',
  "a,b;c",
  "line\nfeed",
  "Zürich 😀",
  "tab\there",
  "back\\slash",
  " x ",
  "{}[]:",
];
const rows = Array.from({ length: 3000 }, (_, i) => ({
  id: BigInt(i) * 3_074_457_345_618_258n - (1n << 62n),
  quantity: i % 5 === 0 ? null : ((i * 7919) % 100_000) - 50_000,
  amount:
    i % 7 === 0
      ? null
      : `${i % 2 ? "-" : ""}${i * 1_234_567}.${String(i % 10_000).padStart(4, "0")}`,
  score: i % 6 === 0 ? null : Math.sin(i) * 10 ** ((i % 40) - 20),
  note: i % 9 === 0 ? null : `${notes[i % notes.length]!}${i % 100}`,
  day: i % 4 === 0 ? null : new Date(i * 86_400_000 * 9).toISOString().slice(0, 10),
  at:
    i % 8 === 0
      ? null
      : new Date(i * 98_765_432).toISOString().replace("Z", `${i % 1000}`.padStart(3, "0") + "Z"),
  paid: i % 3 === 0 ? null : i % 2 === 0,
}));

const types = `{id: 'BIGINT', quantity: 'INTEGER', amount: 'DECIMAL(18, 4)', score: 'DOUBLE', note: 'VARCHAR', day: 'DATE',
  "at": 'TIMESTAMPTZ', paid: 'BOOLEAN'`;

describe("text files as DuckDB reads them", () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "lakewright-text-"))));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("NDJSON with every second line in another order, and with escapes", async () => {
    const path = join(folder, "orders.ndjson");
    const lines = rows.map((row, i) => {
      const members = Object.entries({
        ...row,
        tags: i % 3 === 0 ? null : [row.note, `t${i % 4}`],
      }).map(([name, value]) => {
        const bare =
          typeof value === "bigint" || name === "amount" ? String(value) : JSON.stringify(value);
        const ascii = bare.replace(
          /[^\x20-\x7e]/g,
          (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
        );
        return `"${name}": ${i % 5 === 0 ? ascii : bare}`;
      });
      return `{${(i % 2 ? members.reverse() : members).join(", ")}}`;
    });
    writeFileSync(path, lines.join("\n"));
    const duckdb = await connectDuckDB();
    const source = `read_json('${path}', format = 'newline_delimited', columns = ${types}, tags: 'VARCHAR[]'})`;
    const wanted = await queryRows(duckdb, withTags, `SELECT * FROM ${source}`);
    expect(wanted).toHaveLength(rows.length);
    expect(await allRows(readNdjson(readFileSync(path), withTags), withTags)).toEqual(wanted);
    duckdb.closeSync();
  });

  it.each([
    [",", '"', '"'],
    ["|", "'", "\\"],
  ])("CSV parted by %s, quoted by %s, escaped by %s", async (separator, quote, escape) => {
    const path = join(folder, "orders.csv");
    const field = (value: unknown): string => {
      if (value === null) return "";
      const text = String(value);
      if (typeof value !== "string") return text;
      return (
        quote +
        text
          .replaceAll(escape, escape + escape)
          .replaceAll(quote, (c) => (quote === escape ? c : escape + c)) +
        quote
      );
    };
    const lines = rows.map((row) => Object.values(row).map(field).join(separator));
    writeFileSync(path, `${Object.keys(rows[0]!).join(separator)}\r\n${lines.join("\r\n")}\r\n`);
    const duckdb = await connectDuckDB();
    const source = `read_csv('${path}', header = true, delim = '${separator}', quote = '${quote.replace("'", "''")}',
      escape = '${escape.replace("'", "''")}', columns = ${types}})`;
    const wanted = await queryRows(duckdb, orders, `SELECT * FROM ${source}`);
    expect(wanted).toHaveLength(rows.length);
    const found = await allRows(
      readCsv(readFileSync(path), orders, { separator, quote, escape }),
      orders,
    );
    expect(found).toEqual(wanted);
    duckdb.closeSync();
  });
});
