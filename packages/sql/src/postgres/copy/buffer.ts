/** Bytes of a chunk of COPY, with room before them for the header of its message. */
export const HEADER_BYTES = 5;
const CHUNK_BYTES = 65_536;

/** Big-endian bytes written one after the other. */
export class CopyBuffer {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(CHUNK_BYTES + 8192);
  view: DataView = new DataView(this.bytes.buffer);
  length: number = HEADER_BYTES;

  get isFull(): boolean {
    return this.length >= CHUNK_BYTES;
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    const size = this.length + count;
    if (size <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(size, 2 * this.bytes.length));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }

  int16(value: number): void {
    this.reserve(2);
    this.view.setInt16(this.length, value);
    this.length += 2;
  }

  int32(value: number): void {
    this.reserve(4);
    this.view.setInt32(this.length, value);
    this.length += 4;
  }

  push(source: Uint8Array, from: number, to: number): void {
    const count = to - from;
    this.reserve(count);
    const { bytes, length } = this;
    if (count < 48) for (let k = 0; k < count; k++) bytes[length + k] = source[from + k]!;
    else bytes.set(source.subarray(from, to), length);
    this.length += count;
  }

  /** What was written, as one CopyData message. Starts anew with a buffer of its own. */
  take(): Uint8Array {
    this.bytes[0] = 0x64;
    this.view.setInt32(1, this.length - 1);
    const taken = this.bytes.subarray(0, this.length);
    this.bytes = new Uint8Array(CHUNK_BYTES + 8192);
    this.view = new DataView(this.bytes.buffer);
    this.length = HEADER_BYTES;
    return taken;
  }
}

/** Writes value `i` of a column: its length in bytes, then its bytes. */
export type ValueWriter = (out: CopyBuffer, i: number) => void;
