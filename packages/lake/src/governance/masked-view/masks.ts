import {
  columnReader,
  Decimal,
  defineTable,
  type LogicalType,
  nullable,
  stringifyJson,
  toBatch,
  utf8,
} from "@lakewright/core";
import type { Data } from "apache-arrow";
import { toHex } from "../../store/byte-text.ts";
import type { Mask } from "./types.ts";

const HASHES_AT_ONCE = 1024;
const texts = defineTable("masked", { value: nullable(utf8()) });

/** Makes of a column what readers see. */
export type Masker = (data: Data, type: LogicalType) => Promise<Data>;

/** Applies masks; HMACs are kept, for values come again. */
export function maskerOf(mask: Mask, key: Uint8Array | undefined): Masker {
  if (mask === "hash") return hasher(key!);
  const shown = showerOf(mask);
  return (data, type) => {
    const read = columnReader(data);
    const masked = Array.from({ length: data.length }, (_, row) => {
      const value = read(row);
      return value === null ? null : shown(value, type);
    });
    return Promise.resolve(textColumn(masked));
  };
}

function showerOf(
  mask: Exclude<Mask, "hash">,
): (value: unknown, type: LogicalType) => string | null {
  if (mask === "null") return () => null;
  if (mask === "redact") return () => "***";
  if (typeof mask === "function") return (value) => mask(value);
  const { keepLast } = mask;
  return (value) => {
    const characters = [...(value as string)];
    // A text no longer than what is kept would be shown whole.
    const kept = characters.length > keepLast ? keepLast : 0;
    return characters.map((one, k) => (k < characters.length - kept ? "*" : one)).join("");
  };
}

function hasher(key: Uint8Array): Masker {
  const imported = crypto.subtle.importKey(
    "raw",
    key.slice(),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  return async (data, type) => {
    const secret = await imported;
    const read = columnReader(data);
    const values = Array.from({ length: data.length }, (_, row) => {
      const value = read(row);
      return value === null ? null : canonicalText(type, value);
    });
    const distinct = [...new Set(values)].filter((value) => value !== null);
    const digests = new Map<string, string>();
    const encoder = new TextEncoder();
    const sign = async (text: string): Promise<void> => {
      const digest = await crypto.subtle.sign("HMAC", secret, encoder.encode(text));
      digests.set(text, toHex(new Uint8Array(digest)));
    };
    for (let at = 0; at < distinct.length; at += HASHES_AT_ONCE) {
      await Promise.all(distinct.slice(at, at + HASHES_AT_ONCE).map(sign));
    }
    return textColumn(values.map((value) => (value === null ? null : digests.get(value)!)));
  };
}

/**
 * The text a value is hashed by: text as it is, numbers in decimals without zeros at the end, days as YYYY-MM-DD, times as
 * microseconds since 1970, bytes in hexadecimal, anything nested as JSON. Types of other widths give the same text.
 */
function canonicalText(type: LogicalType, value: unknown): string {
  if (value instanceof Decimal) {
    const text = value.toString();
    return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  }
  if (value instanceof Date) return String(BigInt(value.getTime()) * 1000n);
  if (value instanceof Uint8Array) return toHex(value);
  if (typeof value === "object") return stringifyJson(value);
  if (type.kind === "timestamp" && type.unit === "ms") return String((value as bigint) * 1000n);
  return Object.is(value, -0) ? "0" : String(value);
}

function textColumn(values: readonly (string | null)[]): Data {
  return toBatch(
    texts,
    values.map((value) => ({ value })),
  ).data.children[0]!;
}
