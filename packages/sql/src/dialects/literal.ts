import { Decimal, formatMicros, showValue } from "@lakewright/core";
import { SqlError } from "../errors.ts";
import { microsOf } from "../shared/micros.ts";

/** What the literals of two engines differ in. */
export interface LiteralStyle {
  readonly engine: string;
  /** Text between quotes, whatever characters it has. */
  text(value: string): string;
  bytes(hex: string): string;
  /** NaN and infinities. */
  double(value: number): string;
  /** ISO text of an instant in UTC, without a zone mark. */
  instant(text: string): string;
}

/**
 * A literal of a value whose type says what it is: null, text, boolean, number, bigint, Decimal, Date, bytes.
 *
 * @throws SqlError SQL_UNSUPPORTED for any other value.
 */
export function literalOf(style: LiteralStyle, value: unknown): string {
  if (value === null) return "NULL";
  switch (typeof value) {
    case "string":
      return style.text(value);
    case "boolean":
      return value ? "TRUE" : "FALSE";
    case "bigint":
      return String(value);
    case "number":
      return Number.isSafeInteger(value) && !Object.is(value, -0)
        ? String(value)
        : style.double(value);
    case "object":
      if (value instanceof Decimal) return value.toString();
      if (value instanceof Uint8Array) return style.bytes(hexOf(value));
      if (value instanceof Date && !Number.isNaN(value.getTime())) {
        return style.instant(formatMicros(microsOf(value)));
      }
      break;
    default:
  }
  throw new SqlError("SQL_UNSUPPORTED", `${showValue(value)} has no ${style.engine} literal.`, {
    hint: "A literal is text, a boolean, a number, a bigint, a Decimal, a Date, bytes or null.",
  });
}

/** Text in single quotes, quotes doubled. */
export function quotedText(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function hexOf(bytes: Uint8Array): string {
  let hex = "";
  for (const byte of bytes) hex += byte.toString(16).padStart(2, "0");
  return hex;
}
