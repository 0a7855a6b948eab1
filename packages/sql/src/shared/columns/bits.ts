/** Bits in Arrow's order, the least significant of a byte first, appended run after run. */
export class BitWriter {
  length = 0;
  private bytes = new Uint8Array(1024);

  appendOnes(count: number): void {
    this.reserve(count);
    let at = this.length;
    const end = at + count;
    while (at < end && (at & 7) !== 0) this.set(at++);
    const whole = (end - at) >> 3;
    this.bytes.fill(0xff, at >> 3, (at >> 3) + whole);
    for (at += 8 * whole; at < end; at++) this.set(at);
    this.length = end;
  }

  /** `count` bits of the source from the bit `from` on. */
  appendBits(source: Uint8Array, from: number, count: number): void {
    this.reserve(count);
    const { bytes } = this;
    let at = this.length;
    const end = at + count;
    let bit = from;
    if ((at & 7) === 0 && (bit & 7) === 0) {
      const whole = count >> 3;
      bytes.set(source.subarray(bit >> 3, (bit >> 3) + whole), at >> 3);
      at += 8 * whole;
      bit += 8 * whole;
    }
    for (; at < end; at++, bit++) {
      if (source[bit >> 3]! & (1 << (bit & 7))) bytes[at >> 3]! |= 1 << (at & 7);
    }
    this.length = end;
  }

  /** A bit for each byte of source[from, to), set where the byte is not 0. */
  appendBytes(source: Uint8Array, from: number, to: number): void {
    this.reserve(to - from);
    const { bytes } = this;
    let at = this.length;
    for (let i = from; i < to; i++, at++) {
      if (source[i] !== 0) bytes[at >> 3]! |= 1 << (at & 7);
    }
    this.length = at;
  }

  /** The bits so far, a whole number of bytes. Starts anew. */
  take(): Uint8Array {
    const taken = this.bytes.slice(0, (this.length + 7) >> 3);
    this.bytes.fill(0, 0, taken.length);
    this.length = 0;
    return taken;
  }

  private set(at: number): void {
    this.bytes[at >> 3]! |= 1 << (at & 7);
  }

  private reserve(count: number): void {
    const size = (this.length + count + 7) >> 3;
    if (size <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(size, 2 * this.bytes.length));
    grown.set(this.bytes);
    this.bytes = grown;
  }
}

/** Which values of a growing column are there; the bitmap is made when the first null comes. */
export class ValidityWriter {
  private length = 0;
  private bits: BitWriter | undefined;

  /** Rows [from, to) of a bitmap; undefined where all are there. */
  append(bitmap: Uint8Array | undefined, from: number, to: number): void {
    const count = to - from;
    if (bitmap === undefined && this.bits === undefined) {
      this.length += count;
      return;
    }
    if (this.bits === undefined) {
      this.bits = new BitWriter();
      this.bits.appendOnes(this.length);
    }
    if (bitmap === undefined) this.bits.appendOnes(count);
    else this.bits.appendBits(bitmap, from, count);
    this.length += count;
  }

  /** The bitmap and its nulls, as Arrow data takes them. Starts anew. */
  take(): { readonly nullBitmap?: Uint8Array; readonly nullCount: number } {
    const { bits, length } = this;
    this.length = 0;
    this.bits = undefined;
    if (bits === undefined) return { nullCount: 0 };
    const nullBitmap = bits.take();
    const nullCount = length - countOnes(nullBitmap);
    return nullCount === 0 ? { nullCount } : { nullBitmap, nullCount };
  }
}

/** `count` bits of the source from the bit `from` on, starting at a byte of their own. */
export function sliceBits(source: Uint8Array, from: number, count: number): Uint8Array {
  if ((from & 7) === 0) return source.subarray(from >> 3, (from + count + 7) >> 3);
  const bits = new BitWriter();
  bits.appendBits(source, from, count);
  return bits.take();
}

function countOnes(bytes: Uint8Array): number {
  let ones = 0;
  for (let byte of bytes) {
    for (; byte !== 0; byte &= byte - 1) ones++;
  }
  return ones;
}
