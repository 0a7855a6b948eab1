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

/**
 * Tells of most hashes that no key has them: a bit for each of eight times as many hashes as there may be keys, which
 * stays in the processor's cache where the slots do not.
 */
class HashFilter {
  readonly bits: Int32Array;
  readonly mask: number;

  constructor(slots: Int32Array) {
    this.bits = new Int32Array(slots.length / 8);
    this.mask = slots.length * 4 - 1;
  }

  add(hash: number): void {
    const bit = hash & this.mask;
    this.bits[bit >> 5]! |= 1 << (bit & 31);
  }
}

/** Whether a key may have a hash; over columns, which load bits and mask once. */
function mayHave(bits: Int32Array, mask: number, hash: number): boolean {
  const bit = hash & mask;
  return (bits[bit >> 5]! & (1 << (bit & 31))) !== 0;
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
  private readonly filter: HashFilter;
  /** The words of key `id` begin at `id * width`. */
  private readonly keys: Int32Array;

  constructor({ rows, width, words, isKey }: WordColumn) {
    this.width = width;
    this.slots = slotsFor(rows);
    this.filter = new HashFilter(this.slots);
    this.keys = new Int32Array(rows * width);
    this.ids = new Int32Array(rows).fill(-1);
    for (let row = 0; row < rows; row++) {
      if (isKey && !isKey(row)) continue;
      const hash = this.hashOf(words, row * width);
      const slot = this.slotOf(hash, words, row * width);
      if (this.slots[slot]! < 0) {
        this.filter.add(hash);
        this.slots[slot] = this.size;
        for (let k = 0; k < width; k++) this.keys[this.size * width + k] = words[row * width + k]!;
        this.size++;
      }
      this.ids[row] = this.slots[slot]!;
    }
  }

  find(column: KeyColumn): Int32Array {
    const { rows, words, isKey } = column as WordColumn;
    const { bits, mask } = this.filter;
    const ids = new Int32Array(rows).fill(-1);
    for (let row = 0; row < rows; row++) {
      if (isKey && !isKey(row)) continue;
      const hash = this.hashOf(words, row * this.width);
      if (!mayHave(bits, mask, hash)) continue;
      ids[row] = this.slots[this.slotOf(hash, words, row * this.width)]!;
    }
    return ids;
  }

  private hashOf(words: Int32Array, at: number): number {
    const { width } = this;
    let hash = 0;
    for (let k = 0; k < width; k++) hash = mixed(hash ^ words[at + k]!);
    return hash;
  }

  /** The slot that has the key of these words, or the empty one it would be put in. */
  private slotOf(hash: number, words: Int32Array, at: number): number {
    const { slots, keys, width } = this;
    const mask = slots.length - 1;
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
  private readonly view: DataView;
  private readonly slots: Int32Array;
  private readonly filter: HashFilter;
  /** By key: a source row that has it, and its hash. */
  private readonly rowOf: Int32Array;
  private readonly hashes: Int32Array;

  constructor(source: ByteColumn) {
    const { rows, isKey, offsets } = source;
    this.source = source;
    this.view = viewOf(source);
    this.slots = slotsFor(rows);
    this.filter = new HashFilter(this.slots);
    this.rowOf = new Int32Array(rows);
    this.hashes = new Int32Array(rows);
    this.ids = new Int32Array(rows).fill(-1);
    for (let row = 0; row < rows; row++) {
      if (isKey && !isKey(row)) continue;
      const from = offsets[row]!;
      const hash = hashOf(this.view, from, offsets[row + 1]!);
      const slot = this.slotOf(hash, this.view, from, offsets[row + 1]!);
      if (this.slots[slot]! < 0) {
        this.filter.add(hash);
        this.slots[slot] = this.size;
        this.rowOf[this.size] = row;
        this.hashes[this.size++] = hash;
      }
      this.ids[row] = this.slots[slot]!;
    }
  }

  find(column: KeyColumn): Int32Array {
    const { rows, offsets, isKey } = column as ByteColumn;
    const { bits, mask } = this.filter;
    const view = viewOf(column as ByteColumn);
    const ids = new Int32Array(rows).fill(-1);
    for (let row = 0; row < rows; row++) {
      if (isKey && !isKey(row)) continue;
      const from = offsets[row]!;
      const to = offsets[row + 1]!;
      const hash = hashOf(view, from, to);
      if (!mayHave(bits, mask, hash)) continue;
      ids[row] = this.slots[this.slotOf(hash, view, from, to)]!;
    }
    return ids;
  }

  private slotOf(hash: number, view: DataView, from: number, to: number): number {
    const { slots, hashes } = this;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = slots[slot]!;
      if (id < 0) return slot;
      if (hashes[id] === hash && this.isKey(id, view, from, to)) return slot;
    }
  }

  private isKey(id: number, view: DataView, from: number, to: number): boolean {
    const { view: own } = this;
    const { offsets } = this.source;
    let at = offsets[this.rowOf[id]!]!;
    if (offsets[this.rowOf[id]! + 1]! - at !== to - from) return false;
    let k = from;
    for (; k + 4 <= to; k += 4, at += 4) {
      if (own.getInt32(at, true) !== view.getInt32(k, true)) return false;
    }
    for (; k < to; k++) if (own.getUint8(at++) !== view.getUint8(k)) return false;
    return true;
  }
}

/** Four bytes at a time; V8 reads them by one load from a DataView, at any address. */
function viewOf({ bytes }: ByteColumn): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** As MurmurHash3 goes over words, but in two lanes, which the processor works on at the same time. */
function hashOf(view: DataView, from: number, to: number): number {
  let left = to - from;
  let right = 0x9747b28c;
  let k = from;
  for (; k + 8 <= to; k += 8) {
    left = Math.imul(left ^ view.getInt32(k, true), 0xcc9e2d51);
    right = Math.imul(right ^ view.getInt32(k + 4, true), 0x1b873593);
    left = (left << 13) | (left >>> 19);
    right = (right << 15) | (right >>> 17);
  }
  for (; k < to; k++) left = Math.imul(left ^ view.getUint8(k), 0x01000193);
  return mixed(left ^ Math.imul(right, 0x85ebca6b));
}
