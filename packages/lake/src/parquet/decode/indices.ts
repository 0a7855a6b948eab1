import { Malformed } from "../format/malformed.ts";
import type { Cursor } from "./cursor.ts";
import { decodeHybrid } from "./hybrid.ts";
import { pickHybrid } from "./pick-hybrid.ts";

/** Reads the indices of a page into its dictionary, checked, into `out` from `outAt` on. */
export function readIndices(
  cursor: Cursor,
  count: number,
  dictionarySize: number,
  out: Int32Array,
  outAt: number,
): void {
  if (count === 0) return;
  decodeHybrid(cursor, cursor.byte(), out, outAt, count);
  checkIndices(out, outAt, count, dictionarySize);
}

/** Reads the indices at some places of a page, ascending, in the same way. */
export function pickIndices(
  cursor: Cursor,
  places: Int32Array,
  count: number,
  dictionarySize: number,
  out: Int32Array,
  outAt: number,
): void {
  if (places.length === 0) return;
  pickHybrid(cursor, cursor.byte(), places, count, out, outAt);
  checkIndices(out, outAt, places.length, dictionarySize);
}

function checkIndices(out: Int32Array, outAt: number, count: number, dictionarySize: number): void {
  for (let i = outAt; i < outAt + count; i++) {
    // An index of 2^31 or more is negative here.
    if (out[i]! >>> 0 >= dictionarySize)
      throw new Malformed(
        `value ${out[i]! >>> 0} of a dictionary of ${dictionarySize} is asked for.`,
      );
  }
}
