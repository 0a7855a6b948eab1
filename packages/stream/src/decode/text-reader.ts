import { formatMicros, type LogicalType, type ParsedText, parseText } from "@lakewright/core";
import { checkOneOf } from "../options.ts";
import { dateReader } from "./date-formats.ts";

/** How text stands for values in files people make. */
export interface TextFormats {
  /**
   * Patterns of date and timestamp columns, tried in order before ISO 8601: "dd.MM.yyyy", "MM/dd/yyyy HH:mm:ss". They
   * name no zone: in a timestamp column the time is UTC.
   */
  readonly dateFormats?: readonly string[] | undefined;
  /** In decimals and floats. The other one is refused, so that "1.234" is never taken for 1,234. Default ".". */
  readonly decimalSeparator?: "." | "," | undefined;
}

/**
 * A reader of the values of a scalar type from text, as `parseText` of core and in the formats given: the value a row
 * holds, or what is wrong with the text. Keep one a column.
 *
 * @throws StreamError STREAM_INVALID_OPTION for a date format it does not know.
 */
export function textReader(
  type: LogicalType,
  formats: TextFormats = {},
): (text: string) => ParsedText {
  checkOneOf("decimalSeparator", formats.decimalSeparator, [".", ","]);
  const plain = (text: string): ParsedText => parseText(type, text);
  switch (type.kind) {
    case "decimal":
    case "float32":
    case "float64":
      return formats.decimalSeparator === "," ? withComma(plain) : withPoint(plain);
    case "date":
    case "timestamp":
      return withPatterns(type, formats.dateFormats ?? [], plain);
    default:
      return plain;
  }
}

function withPoint(plain: (text: string) => ParsedText): (text: string) => ParsedText {
  const comma: ParsedText = {
    ok: false,
    problem: 'has a comma (decimalSeparator: "," reads it, without points between thousands)',
  };
  return (text) => {
    const read = plain(text);
    return read.ok || !text.includes(",") ? read : comma;
  };
}

function withComma(plain: (text: string) => ParsedText): (text: string) => ParsedText {
  const point: ParsedText = {
    ok: false,
    problem: "has a point, and decimals are written with a comma",
  };
  return (text) => (text.includes(".") ? point : plain(text.replace(",", ".")));
}

function withPatterns(
  type: LogicalType,
  patterns: readonly string[],
  plain: (text: string) => ParsedText,
): (text: string) => ParsedText {
  const readers = patterns.map((pattern) => dateReader(pattern));
  if (readers.length === 0) return plain;
  const problem = `is no ${type.kind} written ${patterns.join(", or ")}, nor ISO 8601`;
  return (text) => {
    for (const read of readers) {
      const found = read(text);
      if (found === undefined) continue;
      if (type.kind !== "timestamp") {
        return found.hasTime
          ? { ok: false, problem: "has a time, and the column is a date" }
          : { ok: true, value: found.date };
      }
      if (!type.utc) return { ok: true, value: formatMicros(found.micros) };
      if (type.unit === "us") return { ok: true, value: found.micros };
      return found.micros % 1000n === 0n
        ? { ok: true, value: new Date(Number(found.micros / 1000n)) }
        : { ok: false, problem: "has digits below the ms of the column" };
    }
    const iso = plain(text);
    return iso.ok ? iso : { ok: false, problem };
  };
}
