/** Room for the header of a packet. */
const HEADER = 4;
const CHUNK_BYTES = 65_536;
/** Room beyond a chunk for the row that fills it. */
const SLACK = 8192;

const [BACKSLASH, TAB, BREAK] = [0x5c, 0x09, 0x0a];

/** What stands after a backslash in place of a byte; 0 for bytes that stand for themselves. */
const ESCAPES = new Uint8Array(256);
ESCAPES[0] = 0x30;
for (const byte of [BACKSLASH, TAB, BREAK]) ESCAPES[byte] = byte;

const ZERO = 0x30;
/** The digits of 00 to 99. */
const PAIRS = Uint8Array.from(
  { length: 200 },
  (_, k) => ZERO + (k % 2 === 0 ? Math.floor(k / 20) : (k >> 1) % 10),
);

/** Rows as LOAD DATA reads them, or values as a statement is given them, written one after the other. */
export class LoadBuffer {
  bytes: Buffer = Buffer.allocUnsafe(CHUNK_BYTES + SLACK);
  length: number = HEADER;
  private readonly escapes: boolean;
  private lent: Buffer | undefined;
  private spare: Buffer | undefined;

  /** @param escapes - bytes that would end a value or a row are written as two */
  constructor(escapes: boolean) {
    this.escapes = escapes;
  }

  get isFull(): boolean {
    return this.length >= CHUNK_BYTES;
  }

  get isEmpty(): boolean {
    return this.length === HEADER;
  }

  reserve(count: number): void {
    const size = this.length + count;
    if (size <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(size, 2 * this.bytes.length));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** Characters of ASCII. */
  ascii(text: string): void {
    this.reserve(text.length);
    const { bytes } = this;
    let at = this.length;
    for (let k = 0; k < text.length; k++) bytes[at++] = text.charCodeAt(k);
    this.length = at;
  }

  /** Bytes of a text, or of any kind. */
  content(source: Uint8Array, from: number, to: number): void {
    this.reserve(2 * (to - from));
    const { bytes } = this;
    let at = this.length;
    if (!this.escapes) {
      bytes.set(source.subarray(from, to), at);
      this.length = at + to - from;
      return;
    }
    for (let k = from; k < to; k++) {
      const byte = source[k]!;
      const escape = ESCAPES[byte]!;
      if (escape !== 0) {
        bytes[at++] = BACKSLASH;
        bytes[at++] = escape;
      } else bytes[at++] = byte;
    }
    this.length = at;
  }

  /** `digits` decimal digits of a whole number, with zeros before it; there is room for them. */
  padded(value: number, digits: number): void {
    const { bytes, length } = this;
    let at = length + digits;
    this.length = at;
    let rest = value;
    // Beyond 31 bits a division is one of doubles.
    while (rest > 0x7fff_ffff) {
      const next = Math.floor(rest / 100);
      const pair = 2 * (rest - next * 100);
      bytes[--at] = PAIRS[pair + 1]!;
      bytes[--at] = PAIRS[pair]!;
      rest = next;
    }
    let small = rest | 0;
    while (at > length + 1) {
      const next = (small / 100) | 0;
      const pair = 2 * (small - next * 100);
      bytes[--at] = PAIRS[pair + 1]!;
      bytes[--at] = PAIRS[pair]!;
      small = next;
    }
    if (at > length) bytes[--at] = ZERO + (small % 10);
  }

  /** A whole number that a double holds exactly. */
  integer(value: number): void {
    this.reserve(20);
    let rest = value;
    if (rest < 0) {
      this.bytes[this.length++] = 45;
      rest = -rest;
    }
    this.padded(rest, digitsOf(rest));
  }

  /** What was written, with the room before it. Starts anew with a buffer of its own. */
  take(): Buffer {
    const taken = this.bytes.subarray(0, this.length);
    const { spare } = this;
    this.spare = undefined;
    this.lent = this.bytes;
    this.bytes = spare ?? Buffer.allocUnsafe(CHUNK_BYTES + SLACK);
    this.length = HEADER;
    return taken;
  }

  /** Nobody needs what was taken last any more: its memory is used again. */
  giveBack(): void {
    this.spare = this.lent;
    this.lent = undefined;
  }
}

export function digitsOf(value: number): number {
  let digits = 1;
  for (let limit = 10; limit <= value; limit *= 10) digits++;
  return digits;
}

/** Writes value `i` of a column. */
export type ValueWriter = (out: LoadBuffer, i: number) => void;
