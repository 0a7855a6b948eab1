import { type Data, makeData, Utf8 } from "apache-arrow";

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** Distinct texts by their bytes, numbered in the order in which they came. */
export class BytesTable {
  private bytes = new Uint8Array(1 << 12);
  private offsets = new Int32Array(1 << 8);
  private count = 0;
  /** Number of an entry plus one, 0 for none; open addressing. */
  private slots = new Int32Array(1 << 9);
  private hashes = new Int32Array(1 << 8);

  /** Adds every text of a column without nulls and gives the number of each. */
  addAll(data: Data): Int32Array {
    const bytes = data.values as Uint8Array;
    const offsets = data.valueOffsets as Int32Array;
    const numbers = new Int32Array(data.length);
    for (let i = 0; i < data.length; i++) {
      numbers[i] = this.add(bytes, offsets[i]!, offsets[i + 1]!);
    }
    return numbers;
  }

  toData(): Data {
    const end = this.offsets[this.count]!;
    return makeData({
      type: new Utf8(),
      length: this.count,
      nullCount: 0,
      valueOffsets: this.offsets.slice(0, this.count + 1),
      data: this.bytes.slice(0, end),
    });
  }

  private add(bytes: Uint8Array, from: number, to: number): number {
    let hash = FNV_OFFSET;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i]!, FNV_PRIME);
    hash ^= hash >>> 15;
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (let entry = this.slots[slot]!; entry > 0; entry = this.slots[slot]!) {
      if (this.hashes[entry - 1] === hash && this.holds(entry - 1, bytes, from, to)) {
        return entry - 1;
      }
      slot = (slot + 1) & mask;
    }
    this.append(bytes, from, to, hash);
    this.slots[slot] = this.count;
    if (this.count * 2 > this.slots.length) this.rehash();
    return this.count - 1;
  }

  private holds(entry: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = this.offsets[entry]!;
    if (this.offsets[entry + 1]! - start !== to - from) return false;
    for (let i = from; i < to; i++) if (this.bytes[start + i - from] !== bytes[i]) return false;
    return true;
  }

  private append(bytes: Uint8Array, from: number, to: number, hash: number): void {
    const start = this.offsets[this.count]!;
    const end = start + to - from;
    if (end > this.bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.bytes.length, end));
      larger.set(this.bytes);
      this.bytes = larger;
    }
    if (this.count + 2 > this.offsets.length) {
      this.offsets = doubled(this.offsets);
      this.hashes = doubled(this.hashes);
    }
    this.bytes.set(bytes.subarray(from, to), start);
    this.hashes[this.count] = hash;
    this.offsets[++this.count] = end;
  }

  private rehash(): void {
    this.slots = new Int32Array(2 * this.slots.length);
    const mask = this.slots.length - 1;
    for (let entry = 0; entry < this.count; entry++) {
      let slot = this.hashes[entry]! & mask;
      while (this.slots[slot]! > 0) slot = (slot + 1) & mask;
      this.slots[slot] = entry + 1;
    }
  }
}

function doubled(values: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * values.length);
  larger.set(values);
  return larger;
}
