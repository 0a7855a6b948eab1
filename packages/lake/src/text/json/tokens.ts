/** Bytes that JSON knows. */
export const QUOTE = 34;
export const BACKSLASH = 92;
export const COMMA = 44;
export const COLON = 58;
export const MINUS = 45;
export const OPEN_BRACE = 123;
export const CLOSE_BRACE = 125;
export const OPEN_BRACKET = 91;
export const CLOSE_BRACKET = 93;

/** Deeper than this nothing is read: it would be the end of the stack. */
const MOST_DEEP = 512;

/** 1 for bytes that stand for themselves in a JSON text; 0 for quotes, backslashes and control characters, which do not. */
export const PLAIN: Uint8Array = new Uint8Array(256).fill(1, 32);
PLAIN[QUOTE] = 0;
PLAIN[BACKSLASH] = 0;

/** The position of the first byte from `at` on that is no white space of JSON. A line feed ends a line: it is none. */
export function skipBlanks(bytes: Uint8Array, at: number): number {
  let c = bytes[at];
  while (c === 32 || c === 9 || c === 13) c = bytes[++at];
  return at;
}

/** The position of the first byte from `at` on that is no plain part of a text: its closing quote mostly. */
export function plainEnd(bytes: Uint8Array, at: number): number {
  while (PLAIN[bytes[at]!] === 1) at++;
  return at;
}

/** The position of the quote that closes a text with escapes, from `at` within it on; -1 where there is none on the line. */
export function closingQuote(bytes: Uint8Array, at: number): number {
  for (at = plainEnd(bytes, at); bytes[at] === BACKSLASH; at = plainEnd(bytes, at)) {
    if (bytes[at + 1]! < 32) return -1;
    at += 2;
  }
  return bytes[at] === QUOTE ? at : -1;
}

/** The position after a number that is written as JSON wants it; -1 where it is not. */
export function numberEnd(bytes: Uint8Array, at: number): number {
  if (bytes[at] === MINUS) at++;
  if (bytes[at] === 48) {
    at++;
  } else {
    const start = at;
    at = digitsEnd(bytes, at);
    if (at === start) return -1;
  }
  if (bytes[at] === 46) {
    const start = at + 1;
    at = digitsEnd(bytes, start);
    if (at === start) return -1;
  }
  if (bytes[at] === 101 || bytes[at] === 69) {
    at++;
    if (bytes[at] === 43 || bytes[at] === MINUS) at++;
    const start = at;
    at = digitsEnd(bytes, start);
    if (at === start) return -1;
  }
  return at;
}

function digitsEnd(bytes: Uint8Array, at: number): number {
  for (let c = bytes[at]!; c >= 48 && c <= 57; c = bytes[at]!) at++;
  return at;
}

const NULL = new TextEncoder().encode("null");
const TRUE = new TextEncoder().encode("true");
const FALSE = new TextEncoder().encode("false");

export const nullEnd = (bytes: Uint8Array, at: number): number => wordEnd(bytes, at, NULL);

/** The position after `true` or `false`; -1 where there is neither. */
export function booleanEnd(bytes: Uint8Array, at: number): number {
  return bytes[at] === 116 ? wordEnd(bytes, at, TRUE) : wordEnd(bytes, at, FALSE);
}

function wordEnd(bytes: Uint8Array, at: number, word: Uint8Array): number {
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word[i]) return -1;
  return at + word.length;
}

/** The position after the array or object that begins at `at`, by its brackets alone; -1 where they do not close on the line. */
export function nestedEnd(bytes: Uint8Array, at: number): number {
  let depth = 0;
  for (; ; at++) {
    const c = bytes[at];
    if (c === QUOTE) {
      at = closingQuote(bytes, at + 1);
      if (at < 0) return -1;
    } else if (c === OPEN_BRACE || c === OPEN_BRACKET) {
      if (++depth > MOST_DEEP) return -1;
    } else if (c === CLOSE_BRACE || c === CLOSE_BRACKET) {
      if (--depth === 0) return at + 1;
    } else if (c === undefined || c === 10) {
      return -1;
    }
  }
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of UTF-8 bytes; undefined where they are none. */
export function decoded(bytes: Uint8Array, from: number, to: number): string | undefined {
  try {
    return strict.decode(bytes.subarray(from, to));
  } catch {
    return undefined;
  }
}

/** The text between two quotes, escapes resolved; undefined where it is no JSON text. The quotes belong to [from, to). */
export function jsonText(bytes: Uint8Array, from: number, to: number): string | undefined {
  const source = decoded(bytes, from, to);
  if (source === undefined) return undefined;
  try {
    return JSON.parse(source) as string;
  } catch {
    return undefined;
  }
}
