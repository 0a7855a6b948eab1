import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Column, Decimal, parseTimestamp } from "@lakewright/core";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { pythonEngines } from "../../../../tools/services/python-engines.ts";
import { bytesAccess, openParquet } from "../../src/parquet.ts";
import { anyCut, anyTable, batchesOf, decodeRows, encodeFile } from "./tables.ts";

const engines = pythonEngines();

const folder = mkdtempSync(join(tmpdir(), "lakewright-pyarrow-"));
const path = join(folder, "file.parquet");
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: readonly string[]): unknown =>
  engines!.json(join(import.meta.dirname, "exchange.py"), ...args);

/** A value as exchange.py shows it. */
function shown({ type }: Column, value: unknown): unknown {
  if (value === null) return null;
  switch (type.kind) {
    case "utf8":
    case "oneOf":
    case "bool":
      return value;
    case "decimal":
      return { decimal: new Decimal((value as Decimal).unscaled, type.scale).toString() };
    case "float32":
    case "float64":
      return { float: Number.isNaN(value) ? "NaN" : hex(value as number) };
    case "binary":
      return { bytes: Buffer.from(value as Uint8Array).toString("base64") };
    case "date":
      return { date: value };
    case "timestamp": {
      if (value instanceof Date) return { micros: String(BigInt(value.getTime()) * 1000n) };
      if (typeof value === "bigint") return { micros: String(value) };
      return { micros: String(microsOf(value as string)) };
    }
    case "list":
      return (value as unknown[]).map((item) => shown(type.item, item));
    case "map":
      return (value as [unknown, unknown][]).map(([key, item]) => [
        shown(type.key, key),
        shown(type.value, item),
      ]);
    case "struct":
      return {
        struct: Object.fromEntries(
          Object.entries(type.fields).map(([name, field]) => [
            name,
            shown(field, (value as Record<string, unknown>)[name]),
          ]),
        ),
      };
    default:
      return { int: String(value) };
  }
}

function microsOf(text: string): bigint {
  const parsed = parseTimestamp(text);
  if (!parsed) throw new TypeError(`${text} is no timestamp.`);
  return parsed.micros;
}

/** As Python's float.hex has it. */
function hex(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  if (value === 0) return `${sign}0x0.0p+0`;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(value));
  const bits = view.getBigUint64(0);
  const exponent = Number(bits >> 52n);
  const fraction = (bits & 0xf_ffff_ffff_ffffn).toString(16).padStart(13, "0");
  const power = exponent === 0 ? -1022 : exponent - 1023;
  return `${sign}0x${exponent === 0 ? 0 : 1}.${fraction}p${power < 0 ? "" : "+"}${power}`;
}

const deltas = {
  use_dictionary: false,
  column_encoding: {
    i64: "DELTA_BINARY_PACKED",
    u32: "DELTA_BINARY_PACKED",
    at: "DELTA_BINARY_PACKED",
    text: "DELTA_LENGTH_BYTE_ARRAY",
    sorted: "DELTA_BYTE_ARRAY",
    bytes: "DELTA_BYTE_ARRAY",
    f32: "BYTE_STREAM_SPLIT",
    f64: "BYTE_STREAM_SPLIT",
    d38: "BYTE_STREAM_SPLIT",
    flag: "RLE",
  },
};

describe.runIf(engines)("pyarrow", () => {
  it.each([
    { compression: "snappy" },
    { compression: "gzip", data_page_version: "2.0" },
    { compression: "lz4", use_dictionary: false },
    { compression: "brotli", use_dictionary: false, data_page_version: "2.0" },
    { compression: "zstd", version: "1.0" },
    { compression: "none", use_deprecated_int96_timestamps: true },
    { compression: "snappy", store_decimal_as_integer: true },
    { compression: "snappy", use_compliant_nested_type: false },
    deltas,
  ])("writes what the reader reads, with %j", async (options) => {
    const expected = run("write", path, JSON.stringify(options));
    const bytes = readFileSync(path);
    const { table, rowGroups } = await openParquet(bytesAccess(bytes));
    expect(rowGroups.map(({ rows }) => rows)).toEqual([1100, 1100, 800]);
    const rows = await decodeRows(bytes);
    const read = rows.map((row) =>
      Object.fromEntries(table.fields.map(({ name, column }) => [name, shown(column, row[name])])),
    );
    expect(read).toEqual(expected);
  });

  it.each([
    { compression: "snappy" },
    { compression: "zstd", data_page_version: "2.0" },
    { compression: "none", use_dictionary: false },
    { ...deltas, data_page_version: "2.0" },
    { ...deltas, repeat: 60, compression: "none", write_page_index: true },
    { repeat: 60, write_page_index: true, use_dictionary: ["text"], data_page_version: "2.0" },
  ])("writes files of which rows are picked by their position, with %j", async (options) => {
    const expected = run("write", path, JSON.stringify(options)) as unknown[];
    const bytes = readFileSync(path);
    const { table, rows: count } = await openParquet(bytesAccess(bytes));
    const position = fc.nat(count - 1);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(position, { maxLength: 40 }), async (positions) => {
        const rows = Uint32Array.from(positions).sort();
        const read = (await decodeRows(bytes, { rows })).map((row) =>
          Object.fromEntries(
            table.fields.map(({ name, column }) => [name, shown(column, row[name])]),
          ),
        );
        // The same rows over and over.
        expect(read).toEqual([...rows].map((row) => expected[row % expected.length]));
      }),
      { numRuns: 40 },
    );
  });

  it("reads what the writer wrote", async () => {
    const samples = fc.sample(
      fc.tuple(
        anyTable,
        anyCut,
        fc.constantFrom("snappy" as const, "gzip" as const, "zstd" as const),
      ),
      { numRuns: 30, seed: 7 },
    );
    for (const [{ table, rows }, cut, codec] of samples) {
      const { rowGroupRows } = cut;
      const batches = batchesOf(table, rows, cut);
      writeFileSync(path, encodeFile(table, batches, { codec, rowGroupRows }).bytes);
      expect(run("read", path)).toEqual(
        rows.map((row) =>
          Object.fromEntries(
            table.fields.map(({ name, column }) => [name, shown(column, row[name])]),
          ),
        ),
      );
    }
  }, 300_000);
});
