const MOST_KEPT = 1 << 23;

/** Bytes being written: a buffer that grows, and how much of it is used. */
export class ByteSink {
  bytes: Uint8Array;
  length = 0;

  constructor(capacity: number = 1024) {
    this.bytes = new Uint8Array(capacity);
  }

  /** Makes room for `count` more bytes. `bytes` may be another array afterwards. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.bytes.length));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  writeByte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  writeBytes(values: Uint8Array): void {
    this.reserve(values.length);
    this.bytes.set(values, this.length);
    this.length += values.length;
  }

  writeInt32(value: number): void {
    this.reserve(4);
    this.setInt32(this.length, value);
    this.length += 4;
  }

  /** Overwrites four bytes that are there already. */
  setInt32(at: number, value: number): void {
    this.bytes[at] = value;
    this.bytes[at + 1] = value >>> 8;
    this.bytes[at + 2] = value >>> 16;
    this.bytes[at + 3] = value >>> 24;
  }

  /** An unsigned LEB128 number, below 2^53. */
  writeVarint(value: number): void {
    this.reserve(8);
    let rest = value;
    while (rest > 127) {
      this.bytes[this.length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.length++] = rest;
  }

  /** A signed number as an unsigned one, small magnitudes small. Safe to ±2^52. */
  writeZigzag(value: number): void {
    this.writeVarint(value >= 0 ? 2 * value : -2 * value - 1);
  }

  /** Starts anew in the same memory, unless that has grown beyond what is worth keeping. */
  restart(): void {
    this.length = 0;
    if (this.bytes.length > MOST_KEPT) this.bytes = new Uint8Array(4096);
  }

  /** What was written, not copied: valid until the next write. */
  view(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  /** What was written, copied. Starts anew. */
  take(): Uint8Array {
    const taken = this.bytes.slice(0, this.length);
    this.length = 0;
    return taken;
  }
}
