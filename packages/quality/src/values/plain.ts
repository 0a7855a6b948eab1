import { Decimal, formatMicros, type LogicalType, showValue } from "@lakewright/core";

/** A value as people read it in a report: no quotes, instants as ISO text, at most 80 characters. */
export function plain(value: unknown, type?: LogicalType): string {
  if (typeof value === "bigint" && type?.kind === "timestamp") {
    return instant(type.unit === "ms" ? value * 1000n : value, type.utc);
  }
  if (value instanceof Decimal || typeof value === "bigint") return String(value);
  if (value instanceof Date) return showValue(value);
  if (typeof value === "string") {
    return value === "" ? "an empty text" : showValue(value).replace(/^"|"$/g, "");
  }
  return showValue(value);
}

function instant(micros: bigint, utc: boolean): string {
  try {
    return formatMicros(micros) + (utc ? "Z" : "");
  } catch {
    // Beyond the years a Date has.
    return `${micros} µs`;
  }
}
