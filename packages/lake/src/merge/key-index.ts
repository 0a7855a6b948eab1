import { validityOf } from "@lakewright/core";
import type { Data } from "apache-arrow";

/** Distinct keys of the source, numbered from 0, found again by their value. */
export interface KeyIndex {
  readonly size: number;
  /** The key of each source row; -1 where it has none, or one that no row of the table can have. */
  readonly ids: Int32Array;
  /** The keys of other rows; -1 where the source does not have them. */
  find(keys: KeyColumn): Int32Array;
}

/** Keys as 32-bit words, the same number of them for each; `isKey` is undefined where every row has one. */
export interface WordColumn {
  readonly kind: "words";
  readonly rows: number;
  readonly width: number;
  readonly words: Int32Array;
  readonly isKey?: ((row: number) => boolean) | undefined;
}

/** Keys as bytes, of text or binary. */
export interface ByteColumn {
  readonly kind: "bytes";
  readonly rows: number;
  readonly bytes: Uint8Array;
  readonly offsets: Int32Array;
  readonly isKey?: ((row: number) => boolean) | undefined;
}

export type KeyColumn = WordColumn | ByteColumn;

/** Numbers the distinct keys of a column. */
export function keyIndexOf(keys: KeyColumn): KeyIndex {
  return keys.kind === "words" ? new WordIndex(keys) : new ByteIndex(keys);
}

/** Validity of column data for a key column: undefined without nulls. */
export function isKeyOf(data: Data): ((row: number) => boolean) | undefined {
  return data.nullCount === 0 ? undefined : validityOf(data);
}

/** Slots of an open table: the next power of two that leaves half of them empty. */
function slotsFor(rows: number): Int32Array {
  return new Int32Array(2 ** Math.ceil(Math.log2(Math.max(rows, 4) * 2))).fill(-1);
}

/** Spreads the bits of a hash over all of its 32 (the finalizer of MurmurHash3). */
function mixed(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

class WordIndex implements KeyIndex {
  readonly ids: Int32Array;
  size = 0;
  private readonly width: number;
  private readonly slots: Int32Array;
  /** The words of key `id` begin at `id * width`. */
  private readonly keys: Int32Array;

  constructor({ rows, width, words, isKey }: WordColumn) {
    this.width = width;
    this.slots = slotsFor(rows);
    this.keys = new Int32Array(rows * width);
    this.ids = new Int32Array(rows).fill(-1);
    for (let row = 0; row < rows; row++) {
      if (isKey && !isKey(row)) continue;
      const slot = this.slotOf(words, row * width);
      if (this.slots[slot]! < 0) {
        this.slots[slot] = this.size;
        for (let k = 0; k < width; k++) this.keys[this.size * width + k] = words[row * width + k]!;
        this.size++;
      }
      this.ids[row] = this.slots[slot]!;
    }
  }

  find(column: KeyColumn): Int32Array {
    const { rows, words, isKey } = column as WordColumn;
    const ids = new Int32Array(rows).fill(-1);
    for (let row = 0; row < rows; row++) {
      if (isKey && !isKey(row)) continue;
      ids[row] = this.slots[this.slotOf(words, row * this.width)]!;
    }
    return ids;
  }

  /** The slot that has the key of these words, or the empty one it would be put in. */
  private slotOf(words: Int32Array, at: number): number {
    const { slots, keys, width } = this;
    const mask = slots.length - 1;
    let hash = 0;
    for (let k = 0; k < width; k++) hash = mixed(hash ^ words[at + k]!);
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = slots[slot]!;
      if (id < 0) return slot;
      let k = 0;
      while (k < width && keys[id * width + k] === words[at + k]) k++;
      if (k === width) return slot;
    }
  }
}

class ByteIndex implements KeyIndex {
  readonly ids: Int32Array;
  size = 0;
  private readonly source: ByteColumn;
  private readonly slots: Int32Array;
  /** By key: a source row that has it, and its hash. */
  private readonly rowOf: Int32Array;
  private readonly hashes: Int32Array;

  constructor(source: ByteColumn) {
    const { rows, isKey, bytes, offsets } = source;
    this.source = source;
    this.slots = slotsFor(rows);
    this.rowOf = new Int32Array(rows);
    this.hashes = new Int32Array(rows);
    this.ids = new Int32Array(rows).fill(-1);
    for (let row = 0; row < rows; row++) {
      if (isKey && !isKey(row)) continue;
      const from = offsets[row]!;
      const hash = hashOf(bytes, from, offsets[row + 1]!);
      const slot = this.slotOf(hash, bytes, from, offsets[row + 1]!);
      if (this.slots[slot]! < 0) {
        this.slots[slot] = this.size;
        this.rowOf[this.size] = row;
        this.hashes[this.size++] = hash;
      }
      this.ids[row] = this.slots[slot]!;
    }
  }

  find(column: KeyColumn): Int32Array {
    const { rows, bytes, offsets, isKey } = column as ByteColumn;
    const ids = new Int32Array(rows).fill(-1);
    for (let row = 0; row < rows; row++) {
      if (isKey && !isKey(row)) continue;
      const from = offsets[row]!;
      const to = offsets[row + 1]!;
      ids[row] = this.slots[this.slotOf(hashOf(bytes, from, to), bytes, from, to)]!;
    }
    return ids;
  }

  private slotOf(hash: number, bytes: Uint8Array, from: number, to: number): number {
    const { slots, hashes } = this;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = slots[slot]!;
      if (id < 0) return slot;
      if (hashes[id] === hash && this.isKey(id, bytes, from, to)) return slot;
    }
  }

  private isKey(id: number, bytes: Uint8Array, from: number, to: number): boolean {
    const { bytes: own, offsets } = this.source;
    let at = offsets[this.rowOf[id]!]!;
    if (offsets[this.rowOf[id]! + 1]! - at !== to - from) return false;
    for (let k = from; k < to; k++) if (own[at++] !== bytes[k]) return false;
    return true;
  }
}

/** FNV-1a, mixed: the low bits of FNV alone depend on the low bits of the bytes only. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let k = from; k < to; k++) hash = Math.imul(hash ^ bytes[k]!, 0x01000193);
  return mixed(hash);
}
