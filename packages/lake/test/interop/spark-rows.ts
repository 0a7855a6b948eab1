import {
  Decimal,
  formatMicros,
  type LogicalType,
  parseTimestamp,
  type Table,
} from "@lakewright/core";
import type { SparkRow, SparkValue } from "../../../../tools/services/spark.ts";
import type { LakeTable } from "../../src/index.ts";

/** The rows of a table in the values Spark's session gives, sorted by their text. */
export async function sparkTexts(table: LakeTable): Promise<string[]> {
  const rows = await table.scan().rows();
  return rows.map((row) => textOf(sparkRow(table.table, row))).sort();
}

/** A row as one text, whatever the order of its columns. */
export function textOf(row: SparkRow): string {
  return JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function sparkRow(table: Table, row: Readonly<Record<string, unknown>>): SparkRow {
  return Object.fromEntries(
    table.fields.map(({ name, column }) => [name, sparkValue(column.type, row[name])]),
  );
}

function sparkValue(type: LogicalType, value: unknown): SparkValue {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case "utf8":
    case "oneOf":
    case "date":
      return value as string;
    case "bool":
      return value as boolean;
    case "float32":
    case "float64":
      return floatOf(value as number);
    case "binary":
      return Buffer.from(value as Uint8Array).toString("hex");
    case "decimal":
      return Decimal.from(value as Decimal)
        .rescale(type.scale)
        .toString();
    case "timestamp": {
      // Wall-clock times are texts already.
      if (typeof value === "string") return instantOf(parseTimestamp(value)!.micros);
      const micros = value instanceof Date ? BigInt(value.getTime()) * 1000n : (value as bigint);
      return `${instantOf(micros)}Z`;
    }
    case "list":
      return (value as unknown[]).map((item) => sparkValue(type.item.type, item));
    case "struct":
      return Object.fromEntries(
        Object.entries(type.fields).map(([name, column]) => [
          name,
          sparkValue(column.type, (value as Record<string, unknown>)[name]),
        ]),
      );
    case "map":
      return [...(value as Map<unknown, unknown>)].map(([key, item]) => [
        sparkValue(type.key.type, key),
        sparkValue(type.value.type, item),
      ]);
    default:
      return String(value);
  }
}

function floatOf(value: number): SparkValue {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return value;
}

/** "2026-11-21T10:00:00.123456". */
function instantOf(micros: bigint): string {
  const [seconds, fraction = ""] = formatMicros(micros).split(".");
  return `${seconds}.${fraction.padEnd(6, "0")}`;
}
