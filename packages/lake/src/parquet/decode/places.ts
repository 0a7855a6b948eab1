import { countBits } from "../format/bits.ts";
import { Malformed } from "../format/malformed.ts";
import type { ReadNode, ReadRepeated } from "../schema/read-tree.ts";
import type { Levels } from "./levels.ts";

/** The values of an Arrow column by which of them are there. */
export interface Places {
  readonly length: number;
  readonly nullCount: number;
  /** Present where there are nulls. */
  readonly validity?: Uint8Array | undefined;
}

/** Which values a column has, from the levels of a leaf in it. */
export function placesOf(node: ReadNode, levels: Levels): Places {
  const { entries, repetition, definition, validity } = levels;
  if (node.definition === 0 && !repetition) return { length: entries, nullCount: 0 };
  if (validity) {
    const nullCount = entries - countBits(validity, 0, entries);
    return { length: entries, nullCount, validity: nullCount > 0 ? validity : undefined };
  }
  if (!definition) throw new TypeError(`Column "${node.name}" has no levels.`);
  const bitmap = new Uint8Array((entries + 7) >> 3);
  let length = 0;
  let nullCount = 0;
  for (let i = 0; i < entries; i++) {
    if (definition[i]! < node.place || (repetition && repetition[i]! > node.context)) continue;
    if (definition[i]! >= node.definition) bitmap[length >> 3]! |= 1 << (length & 7);
    else nullCount++;
    length++;
  }
  return { length, nullCount, validity: nullCount > 0 ? bitmap : undefined };
}

/** Where the elements of each list begin; one more than there are lists. */
export function listOffsets(node: ReadRepeated, levels: Levels, length: number): Int32Array {
  const { entries, repetition, definition } = levels;
  const offsets = new Int32Array(length + 1);
  let list = 0;
  let elements = 0;
  for (let i = 0; i < entries; i++) {
    if (definition![i]! < node.place) continue;
    if (repetition![i]! <= node.context) offsets[list++] = elements;
    else if (list === 0) throw new Malformed("it begins in the middle of a list.");
    if (definition![i]! >= node.element && repetition![i]! <= node.repetition) elements++;
  }
  offsets[length] = elements;
  return offsets;
}
