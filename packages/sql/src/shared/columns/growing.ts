/** Bytes appended run after run, in a buffer that grows and can be seen as any typed array. */
export class GrowingBytes {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(8192);
  length = 0;

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    const size = this.length + count;
    if (size <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(size, 2 * this.bytes.length));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  push(source: Uint8Array): void {
    this.reserve(source.length);
    this.bytes.set(source, this.length);
    this.length += source.length;
  }

  /** The bytes so far. Starts anew with a buffer of its own. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.bytes.subarray(0, this.length);
    this.bytes = new Uint8Array(Math.max((this.length + 7) & ~7, 64));
    this.length = 0;
    return taken;
  }
}
