const LONGEST = 80;

/** A value as an error message quotes it: short, on one line, bigint and bytes included. */
export function showValue(value: unknown): string {
  const text = showWhole(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function showWhole(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > LONGEST ? value.slice(0, LONGEST + 1) : value);
    case "bigint":
      return `${value}n`;
    case "object":
      if (value === null) return "null";
      if (value instanceof Date)
        return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
      if (value instanceof Uint8Array) return `${value.length} bytes`;
      try {
        return JSON.stringify(value, (_, inner: unknown) =>
          typeof inner === "bigint" ? `${inner}n` : inner,
        );
      } catch {
        return Object.prototype.toString.call(value);
      }
    default:
      return String(value);
  }
}
