import type { PatternReader } from "./reader.ts";

/** First and last code point, both included. */
export type Range = readonly [number, number];

/** ASCII, as RE2 has them; JavaScript's own `\s` also takes other blanks, and Postgres asks the locale. */
export const SHORTHANDS: Readonly<Record<string, readonly Range[]>> = {
  d: [[48, 57]],
  w: [
    [48, 57],
    [65, 90],
    [95, 95],
    [97, 122],
  ],
  s: [
    [9, 10],
    [12, 13],
    [32, 32],
  ],
};

/** The inside of a class. */
export function renderRanges(ranges: readonly Range[]): string {
  return ranges
    .map(([from, to]) => (from === to ? member(from) : `${member(from)}-${member(to)}`))
    .join("");
}

/** @throws QualityError QUALITY_INVALID_PATTERN for a code that is no character. */
export function codePoint(reader: PatternReader, code: number): number {
  if (code === 0 || code > 0x10_ffff || (code >= 0xd800 && code <= 0xdfff)) {
    reader.fail(
      `has the code ${code.toString(16)}`,
      "Give a Unicode character other than U+0000, which Postgres cannot store.",
    );
  }
  return code;
}

const NAMED: Readonly<Record<number, string>> = {
  9: "\\t",
  10: "\\n",
  11: "\\v",
  12: "\\f",
  13: "\\r",
};

function member(code: number): string {
  const character = String.fromCodePoint(code);
  return NAMED[code] ?? (/[\\\]^[-]/.test(character) ? `\\${character}` : character);
}
