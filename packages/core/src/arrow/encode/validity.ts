/** Which values of a growing column are null: an Arrow validity bitmap, made only when the first null comes. */
export class Validity {
  nullCount = 0;
  private bits: Uint8Array | undefined;

  clear(index: number): void {
    const byte = index >> 3;
    if (this.bits === undefined || byte >= this.bits.length) this.grow(byte + 1);
    this.bits![byte]! &= ~(1 << (index & 7));
    this.nullCount++;
  }

  /** The bitmap of `length` values, undefined where none is null. Starts anew. */
  finish(length: number): { nullBitmap: Uint8Array | undefined; nullCount: number } {
    const nullCount = this.nullCount;
    const size = (length + 7) >> 3;
    let nullBitmap: Uint8Array | undefined;
    if (nullCount > 0) {
      if (this.bits!.length < size) this.grow(size);
      nullBitmap = this.bits!.slice(0, size);
      if (length & 7) nullBitmap[size - 1]! &= (1 << (length & 7)) - 1;
    }
    this.bits = undefined;
    this.nullCount = 0;
    return { nullBitmap, nullCount };
  }

  private grow(bytes: number): void {
    const grown = new Uint8Array(Math.max(bytes, (this.bits?.length ?? 64) * 2)).fill(0xff);
    if (this.bits) grown.set(this.bits);
    this.bits = grown;
  }
}
