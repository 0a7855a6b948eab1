import { Malformed } from "../format/malformed.ts";
import type { Cursor } from "./cursor.ts";
import { packedGroups, runValue } from "./hybrid.ts";

/**
 * Reads some of `count` numbers in runs and bit-packed groups, by their place among them, ascending, into `out` from
 * `outAt` on. The others are stepped over.
 */
export function pickHybrid(
  cursor: Cursor,
  width: number,
  places: Int32Array,
  count: number,
  out: Int32Array,
  outAt: number,
): void {
  if (width > 32) throw new Malformed(`numbers of ${width} bits are no indices.`);
  if (width === 0) {
    out.fill(0, outAt, outAt + places.length);
    return;
  }
  let k = 0;
  for (let at = 0; k < places.length;) {
    const head = cursor.varint();
    if ((head & 1) === 0) {
      const run = Math.min(head / 2, count - at);
      if (run === 0) throw new Malformed("a run has no values.");
      const value = runValue(cursor, width);
      at += run;
      while (k < places.length && places[k]! < at) out[outAt + k++] = value;
    } else {
      const { here, from } = packedGroups(cursor, head, width, count - at);
      const end = at + here;
      for (; k < places.length && places[k]! < end; k++)
        out[outAt + k] = packedAt(cursor.bytes, from, (places[k]! - at) * width, width);
      at = end;
    }
  }
}

/** The number of `width` bits, at most 32, that begins `bit` bits after a byte. */
function packedAt(bytes: Uint8Array, from: number, bit: number, width: number): number {
  // A number of 32 bits may begin inside a byte, and then has five; a double holds them.
  let at = from + Math.floor(bit / 8);
  const skip = bit % 8;
  let value = bytes[at++]! >> skip;
  for (let bits = 8 - skip; bits < width; bits += 8) value += bytes[at++]! * 2 ** bits;
  return (value % 2 ** width) | 0;
}
