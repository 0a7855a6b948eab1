import { Decimal, formatMicros, type LogicalType } from "@lakewright/core";

const whole = new Intl.NumberFormat("en");
const dates = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeZone: "UTC" });

export function formatCount(count: number): string {
  return whole.format(count);
}

/** 212 kB, 19 MB: a thousand bytes are a kilobyte. */
export function formatBytes(bytes: number): string {
  for (const [unit, size] of [
    ["GB", 1e9],
    ["MB", 1e6],
    ["kB", 1e3],
  ] as const) {
    if (bytes >= size * 0.9995) return `${Number((bytes / size).toPrecision(3))} ${unit}`;
  }
  return `${bytes} B`;
}

export function formatDay(date: Date): string {
  return dates.format(date);
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** A value of a row as people read it; nothing is rounded. */
export function formatValue(value: unknown, type?: LogicalType): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Decimal) return value.toString();
  if (typeof value === "bigint" && type?.kind === "timestamp") {
    return formatMicros(value).replace("T", " ");
  }
  if (value instanceof Date) return value.toISOString().replace("T", " ").replace("Z", "");
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (typeof value === "object") {
    return JSON.stringify(value, (_, item: unknown) =>
      typeof item === "bigint" || item instanceof Decimal ? String(item) : item,
    );
  }
  return String(value);
}

export function isNumber(type: LogicalType | undefined): boolean {
  return /^(u?int|float|decimal)/.test(type?.kind ?? "");
}
