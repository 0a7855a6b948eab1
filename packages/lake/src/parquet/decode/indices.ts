import { Malformed } from "../format/malformed.ts";
import type { Cursor } from "./cursor.ts";
import { decodeHybrid } from "./hybrid.ts";

/** The indices of a page into its dictionary, checked. */
export function readIndices(cursor: Cursor, count: number, dictionarySize: number): Int32Array {
  const indices = new Int32Array(count);
  if (count === 0) return indices;
  decodeHybrid(cursor, cursor.byte(), indices, 0, count);
  for (let i = 0; i < count; i++) {
    // An index of 2^31 or more is negative here.
    if (indices[i]! >>> 0 >= dictionarySize)
      throw new Malformed(
        `value ${indices[i]! >>> 0} of a dictionary of ${dictionarySize} is asked for.`,
      );
  }
  return indices;
}
