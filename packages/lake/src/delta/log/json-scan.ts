const QUOTE = 34;
const MINUS = 45;
const ZERO = 48;
const BACKSLASH = 92;
const DEEPEST = 64;

/** Characters after a backslash in JSON, but for `u`. */
const ESCAPES: Uint8Array = tableOf('"\\/bfnrt');
const SPACES: Uint8Array = tableOf(" \t\r\n");

/**
 * Where a JSON value ends; -1 where there is none that JSON.parse would take (or one nested too deep). Nothing is decoded.
 */
export function skipValue(bytes: Uint8Array, at: number, depth = 0): number {
  switch (bytes[at]) {
    case QUOTE:
      return skipText(bytes, at);
    case 123:
      return skipMembers(bytes, at, 125, true, depth);
    case 91:
      return skipMembers(bytes, at, 93, false, depth);
    case 116:
      return skipWord(bytes, at, "true");
    case 102:
      return skipWord(bytes, at, "false");
    case 110:
      return skipWord(bytes, at, "null");
    default:
      return skipNumber(bytes, at);
  }
}

/** Where the JSON string that begins at a quote ends, behind the other one; -1 where it is none. */
export function skipText(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== QUOTE) return -1;
  const end = bytes.length;
  for (let i = at + 1; i < end; i++) {
    const c = bytes[i]!;
    if (c === QUOTE) return i + 1;
    if (c < 32) return -1;
    if (c === BACKSLASH) {
      const escape = bytes[++i];
      if (escape === undefined) return -1;
      if (escape === 117) {
        for (let k = 1; k <= 4; k++) if (!isHex(bytes[i + k])) return -1;
        i += 4;
      } else if (ESCAPES[escape] === 0) return -1;
    }
  }
  return -1;
}

export function skipNumber(bytes: Uint8Array, from: number): number {
  let at = from;
  if (bytes[at] === MINUS) at++;
  if (!isDigit(bytes[at])) return -1;
  if (bytes[at] === ZERO) at++;
  else while (isDigit(bytes[at])) at++;
  if (bytes[at] === 46) {
    if (!isDigit(bytes[++at])) return -1;
    while (isDigit(bytes[at])) at++;
  }
  if (bytes[at] === 101 || bytes[at] === 69) {
    at++;
    if (bytes[at] === 43 || bytes[at] === MINUS) at++;
    if (!isDigit(bytes[at])) return -1;
    while (isDigit(bytes[at])) at++;
  }
  return at;
}

export function skipSpaces(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && SPACES[bytes[at]!] === 1) at++;
  return at;
}

/** Whether the bytes at a place are these characters, all of ASCII. */
export function isAt(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

function skipMembers(
  bytes: Uint8Array,
  from: number,
  close: number,
  named: boolean,
  depth: number,
): number {
  if (depth === DEEPEST) return -1;
  let at = skipSpaces(bytes, from + 1);
  if (bytes[at] === close) return at + 1;
  for (;;) {
    if (named) {
      at = skipText(bytes, at);
      if (at < 0) return -1;
      at = skipSpaces(bytes, at);
      if (bytes[at] !== 58) return -1;
      at = skipSpaces(bytes, at + 1);
    }
    at = skipValue(bytes, at, depth + 1);
    if (at < 0) return -1;
    at = skipSpaces(bytes, at);
    if (bytes[at] === close) return at + 1;
    if (bytes[at] !== 44) return -1;
    at = skipSpaces(bytes, at + 1);
  }
}

function skipWord(bytes: Uint8Array, at: number, word: string): number {
  return isAt(bytes, at, word) ? at + word.length : -1;
}

function isDigit(c: number | undefined): boolean {
  return c !== undefined && c >= ZERO && c <= 57;
}

function isHex(c: number | undefined): boolean {
  return isDigit(c) || (c !== undefined && (c | 32) >= 97 && (c | 32) <= 102);
}

function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const c of characters) table[c.charCodeAt(0)] = 1;
  return table;
}
