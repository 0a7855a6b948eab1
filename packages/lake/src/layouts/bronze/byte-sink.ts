const encoder = new TextEncoder();

/** Bytes that grow, written little-endian. */
export class ByteSink {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(1024);
  length = 0;
  private view: DataView = new DataView(this.bytes.buffer);

  tag(letter: string): void {
    this.byte(letter.charCodeAt(0));
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  int32(value: number): void {
    this.reserve(4);
    this.view.setInt32(this.length, value, true);
    this.length += 4;
  }

  uint32(value: number): void {
    this.reserve(4);
    this.view.setUint32(this.length, value, true);
    this.length += 4;
  }

  int64(value: bigint): void {
    this.reserve(8);
    this.view.setBigInt64(this.length, value, true);
    this.length += 8;
  }

  /** An integer of at most 53 bits, as 64. */
  integer(value: number): void {
    this.int32(value | 0);
    this.int32(Math.floor(value / 2 ** 32));
  }

  float64(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.length, value === 0 ? 0 : Number.isNaN(value) ? NaN : value, true);
    this.length += 8;
  }

  text(value: string): void {
    const bytes = encoder.encode(value);
    this.sized(bytes, 0, bytes.length);
  }

  /** The length, then the bytes. */
  sized(bytes: Uint8Array, from: number, to: number): void {
    this.uint32(to - from);
    this.reserve(to - from);
    if (to - from > 24) this.bytes.set(bytes.subarray(from, to), this.length);
    else for (let k = from; k < to; k++) this.bytes[this.length + k - from] = bytes[k]!;
    this.length += to - from;
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    for (let k = 0; k < bytes.length; k++) this.bytes[this.length + k] = bytes[k]!;
    this.length += bytes.length;
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.bytes.length, this.length + more));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}
