import { copyBits } from "../format/bits.ts";
import { Encoding } from "../format/constants.ts";
import { Malformed } from "../format/malformed.ts";
import type { ChunkValues } from "./chunk-values.ts";
import type { Cursor } from "./cursor.ts";
import { notRead } from "./encodings.ts";
import { decodeBits } from "./hybrid.ts";

/** Booleans as bits. */
export class BoolValues implements ChunkValues {
  count = 0;
  readonly bits: Uint8Array;

  /** @param capacity - values there may be at most */
  constructor(capacity: number) {
    this.bits = new Uint8Array((capacity + 7) >> 3);
  }

  readDictionary(): void {
    throw new Malformed("a column of booleans has a dictionary.");
  }

  read(encoding: number, cursor: Cursor, count: number): void {
    if (encoding === Encoding.PLAIN) {
      const from = cursor.take((count + 7) >> 3);
      copyBits(cursor.bytes, 8 * from, this.bits, this.count, count);
    } else if (encoding === Encoding.RLE) {
      const size = count === 0 ? 0 : cursor.int32();
      decodeBits(cursor.part(size), this.bits, this.count, count);
    } else throw notRead(encoding);
    this.count += count;
  }

  pick(encoding: number, cursor: Cursor, count: number, places: Int32Array): void {
    const page = new BoolValues(count);
    page.read(encoding, cursor, count);
    for (const place of places) {
      if (page.bits[place >> 3]! & (1 << (place & 7)))
        this.bits[this.count >> 3]! |= 1 << (this.count & 7);
      this.count++;
    }
  }
}
