import { type Decimal, type LogicalType, parseTimestamp, type Table } from "@lakewright/core";
import { createHash } from "node:crypto";

/** A row as text, in the encoding of the expected rows and exactly as Python's json.dumps writes it. */
export function rowText(table: Table, row: Readonly<Record<string, unknown>>): string {
  const fields = table.fields.map(
    ({ name, column }) => `${JSON.stringify(name)}:${valueText(column.type, row[name])}`,
  );
  return `{${fields.join(",")}}`;
}

/** The digest of rows in any order. */
export function digest(texts: readonly string[]): string {
  // Buffers compare by bytes of UTF-8, which is the order of code points.
  const sorted = texts.map((text) => Buffer.from(text)).sort(Buffer.compare);
  const hash = createHash("sha256");
  sorted.forEach((text, k) => hash.update(k === 0 ? text : Buffer.concat([NEWLINE, text])));
  return hash.digest("hex");
}

const NEWLINE = Buffer.from("\n");

function valueText(type: LogicalType, value: unknown): string {
  if (value === null || value === undefined) return "null";
  switch (type.kind) {
    case "float32":
    case "float64":
      return floatText(value as number);
    case "decimal":
      return tagged("$dec", (value as Decimal).toString());
    case "date":
      return tagged("$date", value as string);
    case "timestamp":
      return type.utc
        ? tagged("$ts_us", String(microsOf(value)))
        : tagged("$ntz_us", String(parseTimestamp(value as string)!.micros));
    case "binary":
      return tagged("$b64", Buffer.from(value as Uint8Array).toString("base64"));
    case "int64":
    case "uint64": {
      const text = String(value);
      const safe = Number.isSafeInteger(Number(text));
      return safe ? text : tagged("$long", text);
    }
    case "list":
      return `[${(value as unknown[]).map((item) => valueText(type.item.type, item)).join(",")}]`;
    case "map": {
      const pairs = (value as [unknown, unknown][]).map(
        ([key, item]) => `[${valueText(type.key.type, key)},${valueText(type.value.type, item)}]`,
      );
      return `[${pairs.join(",")}]`;
    }
    case "struct": {
      const fields = Object.entries(type.fields).map(
        ([name, field]) =>
          `${JSON.stringify(name)}:${valueText(field.type, (value as Record<string, unknown>)[name])}`,
      );
      return `{${fields.join(",")}}`;
    }
    default:
      return typeof value === "string" ? pythonString(value) : String(value);
  }
}

function tagged(tag: string, text: string): string {
  return `{"${tag}":"${text}"}`;
}

function microsOf(value: unknown): bigint {
  return typeof value === "bigint" ? value : BigInt((value as Date).getTime()) * 1000n;
}

/** JavaScript escapes lone surrogates only, Python U+007F neither. */
function pythonString(text: string): string {
  return JSON.stringify(text);
}

/** repr(float): an exponent below 1e-4 and from 1e16 on, and always a point or an exponent. */
function floatText(value: number): string {
  if (!Number.isFinite(value)) return tagged("$f", String(value));
  if (Object.is(value, -0)) return "-0.0";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    const [mantissa, exponent] = value.toExponential().split("e") as [string, string];
    const digits = exponent.slice(1).padStart(2, "0");
    return `${mantissa}e${exponent[0]!}${digits}`;
  }
  const text = String(value);
  return text.includes(".") ? text : `${text}.0`;
}
