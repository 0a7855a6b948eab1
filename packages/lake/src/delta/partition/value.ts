import {
  type Decimal,
  formatDate,
  type LogicalType,
  parseDate,
  parseText,
  parseTimestamp,
  showValue,
} from "@lakewright/core";
import { LakeError } from "../../errors.ts";
import { javaFloat } from "./float-text.ts";
import { formatWithMicros, microsOf } from "./instant.ts";

/** Whether a column may be a partition column: scalars may. */
export function canPartition(type: LogicalType): boolean {
  return type.kind !== "list" && type.kind !== "struct" && type.kind !== "map";
}

/**
 * A row value as the text the log has for it; null for null and for "", which Delta cannot tell from null.
 * ("Partition Value Serialization" of PROTOCOL.md.)
 *
 * @throws LakeError LAKE_INVALID_VALUE for binary that is no UTF-8 text.
 */
export function partitionText(type: LogicalType, value: unknown, column: string): string | null {
  if (value === null || value === undefined || value === "") return null;
  switch (type.kind) {
    case "float32":
    case "float64":
      return javaFloat(value as number, type.kind === "float32");
    case "decimal":
      return (value as Decimal).rescale(type.scale).toString();
    case "timestamp": {
      const text = formatWithMicros(microsOf(value));
      return type.utc ? `${text}Z` : text.replace("T", " ");
    }
    case "binary":
      return binaryText(value as Uint8Array, column);
    default:
      return String(value);
  }
}

/**
 * The row value of a text of the log. Timestamps are read with a zone or, as UTC, without.
 *
 * @throws LakeError LAKE_CORRUPT_LOG where the text is no value of the type.
 */
export function partitionValue(
  type: LogicalType,
  text: string | null | undefined,
  column: string,
): unknown {
  if (text === null || text === undefined || text === "") return null;
  const value = readText(type, text);
  if (value !== undefined) return value;
  throw new LakeError(
    "LAKE_CORRUPT_LOG",
    `Partition column "${column}" has the value ${showValue(text)}, which is no ${type.kind}.`,
    { details: { column, value: text } },
  );
}

function readText(type: LogicalType, text: string): unknown {
  switch (type.kind) {
    case "binary":
      return new TextEncoder().encode(text);
    case "date": {
      const days = parseDate(text) ?? parseDate(text.slice(0, 10));
      return days === undefined ? undefined : formatDate(days);
    }
    case "timestamp": {
      const parsed = parseTimestamp(text);
      if (!parsed) return undefined;
      const iso = formatWithMicros(parsed.micros);
      const value = parseText(type, type.utc ? `${iso}Z` : iso);
      return value.ok ? value.value : undefined;
    }
    case "oneOf":
      // A value another writer added is read as it is: it is text all the same.
      return text;
    default: {
      const value = parseText(type, text);
      return value.ok ? value.value : undefined;
    }
  }
}

function binaryText(bytes: Uint8Array, column: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new LakeError(
      "LAKE_INVALID_VALUE",
      `Partition column "${column}" has ${bytes.length} bytes that are no UTF-8 text.`,
      {
        hint: "Delta keeps partition values as text. Partition by another column.",
        details: { column },
        cause: error,
      },
    );
  }
}
