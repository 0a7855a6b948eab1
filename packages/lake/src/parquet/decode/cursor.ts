import { Malformed } from "../format/malformed.ts";

/** Bytes of a page and how far they were read. */
export class Cursor {
  readonly bytes: Uint8Array;
  readonly end: number;
  at: number;

  constructor(bytes: Uint8Array, at: number = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** Moves past bytes that must be there, and returns where they begin. */
  take(count: number): number {
    const from = this.at;
    if (count < 0 || count > this.end - from)
      throw new Malformed(`its values end at byte ${this.end} of the page, ${count} more are due.`);
    this.at = from + count;
    return from;
  }

  byte(): number {
    return this.bytes[this.take(1)]!;
  }

  int32(): number {
    const { bytes } = this;
    const at = this.take(4);
    return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
  }

  /** An unsigned LEB128 number below 2^53. */
  varint(): number {
    let value = 0;
    let factor = 1;
    for (let k = 0; k < 8; k++) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128 && Number.isSafeInteger(value)) return value;
      factor *= 128;
    }
    throw new Malformed("a count has more than 53 bits.");
  }

  /** A zigzag number of up to 64 bits, as two words. */
  zigzag64(): readonly [low: number, high: number] {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.byte();
      const bits = byte & 127;
      if (shift < 32) low |= bits << shift;
      if (shift > 25) high |= shift < 32 ? bits >> (32 - shift) : bits << (shift - 32);
      if (byte < 128) {
        const sign = -(low & 1);
        return [((low >>> 1) | (high << 31)) ^ sign, (high >>> 1) ^ sign];
      }
    }
    throw new Malformed("a number has more than 64 bits.");
  }

  /** The rest as a cursor of its own, or the next `count` bytes. */
  part(count: number): Cursor {
    const from = this.take(count);
    return new Cursor(this.bytes, from, from + count);
  }
}
