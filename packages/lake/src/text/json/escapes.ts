import { BACKSLASH } from "./tokens.ts";

/** Bytes that stand for others after a backslash; 0 where none do. */
const SHORT = new Uint8Array(256);
for (const [letter, value] of Object.entries({
  '"': 34,
  "\\": 92,
  "/": 47,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
})) {
  SHORT[letter.charCodeAt(0)] = value;
}

const LOWER_U = 117;

/** Resolves the escapes of a JSON text. */
export class Unescaper {
  /** The text of the last call. */
  bytes: Uint8Array = new Uint8Array(256);

  /**
   * Writes the text [from, to), which lies between its quotes, to `bytes`.
   *
   * @returns its length; -1 for an escape that JSON does not have, or for half a surrogate pair.
   */
  resolve(source: Uint8Array, from: number, to: number): number {
    // No escape is shorter than what it stands for.
    if (to - from > this.bytes.length) this.bytes = new Uint8Array(2 * (to - from));
    const { bytes } = this;
    let out = 0;
    for (let at = from; at < to;) {
      const c = source[at]!;
      if (c !== BACKSLASH) {
        bytes[out++] = c;
        at++;
        continue;
      }
      const letter = source[at + 1]!;
      if (letter !== LOWER_U) {
        const short = SHORT[letter]!;
        if (short === 0) return -1;
        bytes[out++] = short;
        at += 2;
        continue;
      }
      let point = unit(source, at + 2);
      at += 6;
      if (point >= 0xd800 && point < 0xdc00) {
        const low =
          source[at] === BACKSLASH && source[at + 1] === LOWER_U ? unit(source, at + 2) : -1;
        if (low < 0xdc00 || low > 0xdfff) return -1;
        point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
        at += 6;
      } else if (point < 0 || (point >= 0xdc00 && point < 0xe000)) {
        return -1;
      }
      if (at > to) return -1;
      out = writePoint(bytes, out, point);
    }
    return out;
  }
}

/** Four hexadecimal digits as a number, -1 where they are none. */
function unit(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let i = at; i < at + 4; i++) {
    const c = bytes[i]!;
    const lower = c | 32;
    const digit = c >= 48 && c <= 57 ? c - 48 : lower >= 97 && lower <= 102 ? lower - 87 : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

function writePoint(bytes: Uint8Array, out: number, point: number): number {
  if (point < 0x80) {
    bytes[out++] = point;
  } else if (point < 0x800) {
    bytes[out++] = 0xc0 | (point >> 6);
    bytes[out++] = 0x80 | (point & 63);
  } else {
    if (point < 0x10000) {
      bytes[out++] = 0xe0 | (point >> 12);
    } else {
      bytes[out++] = 0xf0 | (point >> 18);
      bytes[out++] = 0x80 | ((point >> 12) & 63);
    }
    bytes[out++] = 0x80 | ((point >> 6) & 63);
    bytes[out++] = 0x80 | (point & 63);
  }
  return out;
}
