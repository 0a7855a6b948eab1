import { bitWidth, copyBits, countBits } from "../format/bits.ts";
import { ByteSink } from "../format/byte-sink.ts";
import type { WriteLeaf } from "../schema/write-tree.ts";
import { encodeBitLevels, encodeHybrid, writeRun } from "./hybrid.ts";
import type { Layout } from "./layout.ts";
import type { Levels } from "./levels.ts";

/** Bytes of values of a page, before compression. */
const PAGE_BYTES = 1 << 20;
/** Slots of a page, so that readers who skip pages find some to skip: as many as parquet-java has rows. */
const PAGE_SLOTS = 20_000;

/**
 * The pages of a chunk are built here: memory made anew for each would have the garbage collector start for nothing but
 * its size.
 */
const sink = new ByteSink(4096);

/** One page before compression. */
export interface RawPage {
  readonly bytes: Uint8Array;
  /** Slots of a data page, entries of a dictionary page. */
  readonly count: number;
  readonly dictionary: boolean;
  /** The values it has of the chunk. */
  readonly from: number;
  readonly to: number;
}

/** The dictionary page, where there is one, and the data pages of a chunk. They last until the next chunk is encoded. */
export function encodePages(leaf: WriteLeaf, levels: Levels, layout: Layout): RawPage[] {
  const pages: RawPage[] = [];
  const parts: {
    readonly from: number;
    readonly to: number;
    readonly count: number;
    readonly value: number;
    readonly values: number;
  }[] = [];
  if (layout.dictionary) {
    const { bytes, size } = layout.dictionary;
    pages.push({ bytes, count: size, dictionary: true, from: 0, to: 0 });
  }
  sink.restart();
  let slot = 0;
  let value = 0;
  do {
    const end = pageEnd(leaf, levels, slot, value, layout.limit(value, PAGE_BYTES));
    const count = valuesIn(leaf, levels, slot, end);
    const from = sink.length;
    writeLevels(leaf, levels, slot, end, count);
    layout.write(sink, value, value + count);
    parts.push({ from, to: sink.length, count: end - slot, value, values: count });
    slot = end;
    value += count;
  } while (slot < levels.slots);
  for (const { from, to, count, value, values } of parts) {
    const bytes = sink.bytes.subarray(from, to);
    pages.push({ bytes, count, dictionary: false, from: value, to: value + values });
  }
  return pages;
}

/** The slot a page ends before: `valueLimit` values at most, and never inside a row. */
function pageEnd(
  leaf: WriteLeaf,
  levels: Levels,
  from: number,
  valueFrom: number,
  valueLimit: number,
): number {
  const { slots, validity, definition, repetition } = levels;
  const most = Math.min(slots, from + PAGE_SLOTS);
  let end = from;
  let values = valueFrom;
  if (validity) {
    for (; end < most; end++) {
      if (validity[end >> 3]! & (1 << (end & 7)) && values++ === valueLimit) break;
    }
  } else if (definition) {
    for (; end < most; end++) {
      if (definition[end] === leaf.definition && values++ === valueLimit) break;
    }
  } else {
    end = Math.min(most, from + valueLimit - valueFrom);
  }
  if (!repetition || end === slots) return end;
  let boundary = end;
  while (boundary > from && repetition[boundary] !== 0) boundary--;
  if (boundary > from) return boundary;
  while (end < slots && repetition[end] !== 0) end++;
  return end;
}

function valuesIn(leaf: WriteLeaf, levels: Levels, from: number, to: number): number {
  if (levels.validity) return countBits(levels.validity, from, to);
  if (!levels.definition) return to - from;
  let count = 0;
  for (let s = from; s < to; s++) if (levels.definition[s] === leaf.definition) count++;
  return count;
}

function writeLevels(
  leaf: WriteLeaf,
  levels: Levels,
  from: number,
  to: number,
  values: number,
): void {
  if (leaf.repetition > 0) {
    sized(() => writeWide(levels.repetition!, from, to, leaf.repetition));
  }
  if (leaf.definition === 0) return;
  sized(() => {
    if (levels.definition) {
      writeWide(levels.definition, from, to, leaf.definition);
    } else if (!levels.validity || values === to - from) {
      writeRun(sink, 1, to - from, 1);
    } else {
      const bits = new Uint8Array((to - from + 7) >> 3);
      copyBits(levels.validity, from, bits, 0, to - from);
      encodeBitLevels(sink, bits, to - from);
    }
  });
}

function writeWide(levels: Uint8Array, from: number, to: number, max: number): void {
  encodeHybrid(sink, new Int32Array(levels.subarray(from, to)), 0, to - from, bitWidth(max));
}

/** Levels of a v1 page come with their size before them. */
function sized(write: () => void): void {
  const at = sink.length;
  sink.writeInt32(0);
  write();
  sink.setInt32(at, sink.length - at - 4);
}
