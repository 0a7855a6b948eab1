/** Which values of a growing column are there; the bitmap is made when the first null comes. */
export class Validity {
  private bits: Uint8Array | undefined;
  private nulls = 0;

  /** Value `row` is null. Those not said to be are there. */
  clear(row: number): void {
    const byte = row >> 3;
    if (this.bits === undefined || byte >= this.bits.length) {
      const grown = new Uint8Array(Math.max(128, 2 * (byte + 1))).fill(0xff);
      if (this.bits !== undefined) grown.set(this.bits);
      this.bits = grown;
    }
    this.bits[byte]! &= ~(1 << (row & 7));
    this.nulls++;
  }

  /** The bitmap and its nulls, as Arrow data takes them. Starts anew. */
  take(length: number): { readonly nullBitmap?: Uint8Array; readonly nullCount: number } {
    const { bits, nulls } = this;
    this.bits = undefined;
    this.nulls = 0;
    if (bits === undefined) return { nullCount: 0 };
    const size = (length + 7) >> 3;
    const nullBitmap = new Uint8Array(size).fill(0xff);
    nullBitmap.set(bits.subarray(0, size));
    return { nullBitmap, nullCount: nulls };
  }
}
