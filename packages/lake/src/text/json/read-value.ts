import { Decimal } from "@lakewright/core";
import { asciiText, type ByteColumn, Token } from "../columns/byte-column.ts";
import { isUtf8 } from "../columns/utf8.ts";
import { Unescaper } from "./escapes.ts";
import {
  booleanEnd,
  closingQuote,
  decoded,
  MINUS,
  nestedEnd,
  nullEnd,
  numberEnd,
  OPEN_BRACE,
  OPEN_BRACKET,
  plainEnd,
  QUOTE,
} from "./tokens.ts";

const LOWER_N = 110;

const unescaper = new Unescaper();

/**
 * Reads the JSON value at `at`, where no blank is, into a row of a column.
 *
 * @returns the position after it; -1 where it is no JSON or does not fit the column.
 */
export function readValue(column: ByteColumn, bytes: Uint8Array, at: number, row: number): number {
  const c = bytes[at]!;
  if (c === QUOTE) {
    if ((column.tokens & Token.TEXT) === 0) return -1;
    const end = plainEnd(bytes, at + 1);
    if (bytes[end] === QUOTE) return column.put(bytes, at + 1, end, row) ? end + 1 : -1;
    return readEscaped(column, bytes, at + 1, row);
  }
  if ((c >= 48 && c <= 57) || c === MINUS) {
    if ((column.tokens & Token.NUMBER) === 0) return -1;
    const end = numberEnd(bytes, at);
    if (end < 0) return -1;
    return column.put(bytes, at, end, row) || readWhole(column, bytes, at, end, row) ? end : -1;
  }
  if (c === LOWER_N) {
    const end = nullEnd(bytes, at);
    return end >= 0 && column.putNull(row) ? end : -1;
  }
  if (c === OPEN_BRACE || c === OPEN_BRACKET) return column.putNested(bytes, at, row);
  if ((column.tokens & Token.BOOLEAN) === 0) return -1;
  const end = booleanEnd(bytes, at);
  return end >= 0 && column.put(bytes, at, end, row) ? end : -1;
}

function readEscaped(column: ByteColumn, bytes: Uint8Array, at: number, row: number): number {
  const end = closingQuote(bytes, at);
  if (end < 0) return -1;
  const length = unescaper.resolve(bytes, at, end);
  return length >= 0 && column.put(unescaper.bytes, 0, length, row) ? end + 1 : -1;
}

/** 3.0 and 3e2 are integers in JSON. */
function readWhole(
  column: ByteColumn,
  bytes: Uint8Array,
  at: number,
  end: number,
  row: number,
): boolean {
  if (!/^(?:u?int|timestamp)/.test(column.type.kind) || end - at > 40) return false;
  try {
    const digits = encoder.encode(
      Decimal.from(asciiText(bytes, at, end))
        .rescale(0)
        .toString(),
    );
    return column.put(digits, 0, digits.length, row);
  } catch {
    return false;
  }
}

const encoder = new TextEncoder();

/** The position after the JSON value at `at`, which is looked at only so far as to know that it is JSON; -1 where it is not. */
export function skipValue(bytes: Uint8Array, at: number): number {
  const c = bytes[at]!;
  if (c === QUOTE) return skipText(bytes, at);
  if ((c >= 48 && c <= 57) || c === MINUS) return numberEnd(bytes, at);
  if (c === LOWER_N) return nullEnd(bytes, at);
  if (c !== OPEN_BRACE && c !== OPEN_BRACKET) return booleanEnd(bytes, at);
  const end = nestedEnd(bytes, at);
  return end >= 0 && isJson(bytes, at, end) ? end : -1;
}

function skipText(bytes: Uint8Array, at: number): number {
  const end = plainEnd(bytes, at + 1);
  if (bytes[end] === QUOTE) return isUtf8(bytes, at, end) ? end + 1 : -1;
  const close = closingQuote(bytes, at + 1);
  return close >= 0 && isJson(bytes, at, close + 1) ? close + 1 : -1;
}

function isJson(bytes: Uint8Array, from: number, to: number): boolean {
  const text = decoded(bytes, from, to);
  if (text === undefined) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
