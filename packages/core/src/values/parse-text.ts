import {
  bigintRange,
  describeType,
  integerRange,
  type LogicalType,
  type TimestampUnit,
} from "../types/logical.ts";
import { Decimal } from "./decimal.ts";
import { formatMicros, parseDate, parseTimestamp } from "./time.ts";

/** What a text gave: the value for a row, or what is wrong with the text ("is no day of the calendar"). */
export type ParsedText =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string };

const INTEGER = /^[+-]?\d+$/;
const BOOLEANS = new Map([
  ["true", true],
  ["t", true],
  ["1", true],
  ["yes", true],
  ["false", false],
  ["f", false],
  ["0", false],
  ["no", false],
]);

/**
 * Reads a value of a scalar type from text, as CSV and query strings carry it. Blanks around numbers, dates and
 * booleans are left out; text stays as it is. What the type cannot hold exactly is a problem, never rounded.
 * Lists, structs and maps are not read from text.
 */
export function parseText(type: LogicalType, text: string): ParsedText {
  switch (type.kind) {
    case "utf8":
      return { ok: true, value: text };
    case "oneOf":
      return type.values.includes(text)
        ? { ok: true, value: text }
        : bad(`is none of ${type.values.join(", ")}`);
    case "int64":
    case "uint64": {
      const trimmed = text.trim();
      const [min, max] = bigintRange[type.kind];
      const value = INTEGER.test(trimmed) ? BigInt(trimmed) : undefined;
      return value !== undefined && value >= min && value <= max
        ? { ok: true, value }
        : bad(`is no integer from ${min} to ${max}`);
    }
    case "int8":
    case "int16":
    case "int32":
    case "uint8":
    case "uint16":
    case "uint32": {
      const trimmed = text.trim();
      const [min, max] = integerRange[type.kind];
      const value = INTEGER.test(trimmed) ? Number(trimmed) : NaN;
      return value >= min && value <= max
        ? { ok: true, value }
        : bad(`is no integer from ${min} to ${max}`);
    }
    case "float32":
    case "float64": {
      const trimmed = text.trim();
      const value = Number(trimmed);
      if (trimmed !== "" && !Number.isNaN(value)) return { ok: true, value };
      if (/^[+-]?inf(inity)?$/i.test(trimmed)) {
        return { ok: true, value: trimmed.startsWith("-") ? -Infinity : Infinity };
      }
      return /^nan$/i.test(trimmed) ? { ok: true, value: NaN } : bad("is no number");
    }
    case "decimal":
      return (
        parseDecimal(text, type.precision, type.scale) ?? bad(`does not fit ${describeType(type)}`)
      );
    case "bool": {
      const value = BOOLEANS.get(text.trim().toLowerCase());
      return value === undefined ? bad("is neither true nor false") : { ok: true, value };
    }
    case "date": {
      const trimmed = text.trim();
      return parseDate(trimmed) === undefined
        ? bad('is no day of the calendar written "YYYY-MM-DD"')
        : { ok: true, value: trimmed };
    }
    case "timestamp":
      return parseInstant(text.trim(), type.unit, type.utc);
    default:
      return bad(`cannot be read as ${describeType(type)} from text`);
  }
}

function parseDecimal(text: string, precision: number, scale: number): ParsedText | undefined {
  try {
    const value = Decimal.from(text).rescale(scale);
    const limit = 10n ** BigInt(precision);
    return value.unscaled < limit && value.unscaled > -limit ? { ok: true, value } : undefined;
  } catch {
    return undefined;
  }
}

function parseInstant(text: string, unit: TimestampUnit, utc: boolean): ParsedText {
  const parsed = parseTimestamp(text);
  if (parsed === undefined) return bad("is no ISO 8601 timestamp");
  if (parsed.hasZone !== utc) {
    return bad(utc ? "has no zone, so it is no instant" : "has a zone, and the column has none");
  }
  if (parsed.lossy || (unit === "ms" && parsed.micros % 1000n !== 0n)) {
    return bad(`has digits below the ${unit} of the column`);
  }
  if (!utc) return { ok: true, value: formatMicros(parsed.micros) };
  if (unit === "us") return { ok: true, value: parsed.micros };
  const value = new Date(Number(parsed.micros / 1000n));
  return Number.isNaN(value.getTime())
    ? bad("is further away than a Date reaches")
    : { ok: true, value };
}

function bad(problem: string): ParsedText {
  return { ok: false, problem };
}
