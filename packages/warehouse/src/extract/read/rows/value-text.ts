import {
  Decimal,
  type LogicalType,
  parseJson,
  parseTimestamp,
  stringifyJson,
} from "@lakewright/core";
import { microsOfValue, showMicros } from "../../../instant.ts";

/** A value of a row as text that keeps all of it, for states. Not of nested types that hold bytes. */
export function textOfValue(type: LogicalType, value: unknown): string {
  switch (type.kind) {
    case "binary":
      return Array.from(value as Uint8Array, (byte) => byte.toString(16).padStart(2, "0")).join("");
    case "timestamp":
      return type.utc ? showMicros(microsOfValue(value)!) : (value as string);
    case "list":
    case "struct":
    case "map":
      return stringifyJson(value);
    default:
      return String(value);
  }
}

/** The value {@link textOfValue} was given; an instant in milliseconds as microseconds. */
export function valueOfText(type: LogicalType, text: string): unknown {
  switch (type.kind) {
    case "int64":
    case "uint64":
      return BigInt(text);
    case "decimal":
      return Decimal.from(text);
    case "bool":
      return text === "true";
    case "binary":
      return Uint8Array.from(text.match(/../g) ?? [], (byte) => parseInt(byte, 16));
    case "timestamp":
      return type.utc ? instantOf(type.unit, parseTimestamp(text)!.micros) : text;
    case "utf8":
    case "oneOf":
    case "date":
      return text;
    case "list":
    case "struct":
    case "map":
      return parseJson(text);
    default:
      return Number(text);
  }
}

function instantOf(unit: "ms" | "us", micros: bigint): bigint | Date {
  return unit === "us" ? micros : new Date(Number(micros / 1000n));
}
