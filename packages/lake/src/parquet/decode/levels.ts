import { bitWidth } from "../format/bits.ts";
import { Encoding, Page } from "../format/constants.ts";
import { Malformed } from "../format/malformed.ts";
import type { PageHeader } from "../format/page-header.ts";
import type { ReadLeaf } from "../schema/read-tree.ts";
import type { Cursor } from "./cursor.ts";
import { decodeBitPacked, decodeBits, decodeHybrid } from "./hybrid.ts";

/** The levels of a column chunk as they come page by page: where its values stand, and where nulls and lists do. */
export class Levels {
  /** Entries so far: values, nulls and empty lists. */
  entries = 0;
  /** Present where a list is on the path. */
  readonly repetition: Uint8Array | undefined;
  /** Present where one bit does not say it all. */
  readonly definition: Uint8Array | undefined;
  /** Present for a nullable column that is not nested: a bit each, set where there is a value. */
  readonly validity: Uint8Array | undefined;
  readonly capacity: number;
  private readonly highest: number;
  private readonly deepest: number;

  /** @param capacity - entries there are in all */
  constructor(leaf: ReadLeaf, capacity: number) {
    this.capacity = capacity;
    this.highest = leaf.definition;
    this.deepest = leaf.context;
    if (this.deepest > 0) this.repetition = new Uint8Array(capacity);
    if (this.highest === 1 && this.deepest === 0)
      this.validity = new Uint8Array((capacity + 7) >> 3);
    else if (this.highest > 0) this.definition = new Uint8Array(capacity);
  }

  /** Reads the levels of a page, up to its values, and returns how many those are. */
  read(header: PageHeader, cursor: Cursor): number {
    const { repetition, definition, validity, highest, deepest } = this;
    const count = header.values;
    const at = this.entries;
    this.entries += count;
    if (repetition) {
      readPart(header, "repetition", cursor, deepest, repetition, at);
      checkHighest(repetition, at, count, deepest);
    }
    if (validity) {
      const isPacked =
        header.page === Page.DATA && header.definitionEncoding === Encoding.BIT_PACKED;
      if (!isPacked) return decodeBits(partOf(header, "definition", cursor), validity, at, count);
      const levels = new Uint8Array(count);
      decodeBitPacked(cursor, 1, levels, 0, count);
      levels.forEach((level, i) => (validity[(at + i) >> 3]! |= level << ((at + i) & 7)));
      return countOf(levels, 0, count, 1);
    }
    if (!definition) return count;
    readPart(header, "definition", cursor, highest, definition, at);
    checkHighest(definition, at, count, highest);
    return countOf(definition, at, count, highest);
  }

  /** Takes some entries of others, by index. */
  take(from: Levels, entries: Int32Array): void {
    const { repetition, definition, validity } = this;
    for (const entry of entries) {
      const at = this.entries++;
      if (repetition) repetition[at] = from.repetition![entry]!;
      if (definition) definition[at] = from.definition![entry]!;
      else if (validity)
        validity[at >> 3]! |= ((from.validity![entry >> 3]! >> (entry & 7)) & 1) << (at & 7);
    }
  }
}

type Kind = "definition" | "repetition";

function readPart(
  header: PageHeader,
  kind: Kind,
  cursor: Cursor,
  highest: number,
  out: Uint8Array,
  at: number,
): void {
  const width = bitWidth(highest);
  if (header.page === Page.DATA && header[`${kind}Encoding`] === Encoding.BIT_PACKED)
    decodeBitPacked(cursor, width, out, at, header.values);
  else decodeHybrid(partOf(header, kind, cursor), width, out, at, header.values);
}

/** The bytes of the levels: their size is in front of them, in v2 pages in the header. */
function partOf(header: PageHeader, kind: Kind, cursor: Cursor): Cursor {
  return cursor.part(header.page === Page.DATA_V2 ? header[`${kind}Bytes`] : cursor.int32());
}

function checkHighest(levels: Uint8Array, at: number, count: number, highest: number): void {
  for (let i = at; i < at + count; i++)
    if (levels[i]! > highest)
      throw new Malformed(`a level is ${levels[i]}, the highest is ${highest}.`);
}

function countOf(levels: Uint8Array, at: number, count: number, level: number): number {
  let found = 0;
  for (let i = at; i < at + count; i++) if (levels[i] === level) found++;
  return found;
}
