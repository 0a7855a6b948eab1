const MOST_KEPT = 1 << 22;

/** Of FNV-1a for 32 bits, the basis as the signed number it is to bit operations. */
export const FNV_BASIS: number = 0x811c9dc5 | 0;
export const FNV_PRIME = 0x01000193;

/** Distinct byte strings, numbered in the order they came. */
export class ByteDictionary {
  /** Entry i is bytes [offsets[i], offsets[i + 1]). */
  bytes: Uint8Array = new Uint8Array(4096);
  offsets: Int32Array = new Int32Array(257);
  size = 0;
  private hashes: Int32Array = new Int32Array(256);
  /** Open addressing: the number of an entry plus one, 0 where free. Twice as long as `hashes`. */
  private slots: Int32Array = new Int32Array(512);

  /** Bytes of all entries. */
  get byteLength(): number {
    return this.offsets[this.size]!;
  }

  /** The number of bytes [from, to) of the source, which are added where they are new. */
  add(source: Uint8Array, from: number, to: number): number {
    return this.addHashed(source, from, to, hashOf(source, from, to));
  }

  /** As `add`, for who has the hash already: FNV-1a of the bytes, made as they were read. */
  addHashed(source: Uint8Array, from: number, to: number, fnv: number): number {
    const hash = fnv ^ (fnv >>> 15);
    const { slots, hashes } = this;
    const mask = slots.length - 1;
    let at = hash & mask;
    for (let slot = slots[at]!; slot !== 0; slot = slots[at]!) {
      if (hashes[slot - 1] === hash && this.equals(slot - 1, source, from, to)) return slot - 1;
      at = (at + 1) & mask;
    }
    if (this.size === hashes.length) {
      this.grow();
      at = freeSlot(this.slots, hash);
    }
    this.slots[at] = this.size + 1;
    this.hashes[this.size] = hash;
    return this.append(source, from, to);
  }

  /** Forgets all entries, in the same memory unless that has grown beyond what is worth keeping. */
  restart(): this {
    if (this.bytes.length > MOST_KEPT) this.bytes = new Uint8Array(4096);
    if (this.hashes.length > MOST_KEPT / 4) {
      this.offsets = new Int32Array(257);
      this.hashes = new Int32Array(256);
      this.slots = new Int32Array(512);
    } else if (this.size > 0) {
      this.slots.fill(0);
    }
    this.size = 0;
    return this;
  }

  private append(source: Uint8Array, from: number, to: number): number {
    const entry = this.size++;
    const start = this.offsets[entry]!;
    const end = start + to - from;
    if (end > this.bytes.length) {
      const grown = new Uint8Array(Math.max(end, 2 * this.bytes.length));
      grown.set(this.bytes);
      this.bytes = grown;
    }
    this.bytes.set(source.subarray(from, to), start);
    this.offsets[entry + 1] = end;
    return entry;
  }

  private equals(entry: number, source: Uint8Array, from: number, to: number): boolean {
    const { bytes } = this;
    let at = this.offsets[entry]!;
    if (this.offsets[entry + 1]! - at !== to - from) return false;
    for (let i = from; i < to; i++) if (bytes[at++] !== source[i]) return false;
    return true;
  }

  private grow(): void {
    const capacity = 2 * this.hashes.length;
    const hashes = new Int32Array(capacity);
    hashes.set(this.hashes);
    const offsets = new Int32Array(capacity + 1);
    offsets.set(this.offsets);
    const slots = new Int32Array(2 * capacity);
    for (let entry = 0; entry < this.size; entry++) {
      slots[freeSlot(slots, hashes[entry]!)] = entry + 1;
    }
    this.hashes = hashes;
    this.offsets = offsets;
    this.slots = slots;
  }
}

const shared = new ByteDictionary();

/** The dictionary that column chunks share, one after the other; its entries last until the next chunk is encoded. */
export function restartedDictionary(): ByteDictionary {
  return shared.restart();
}

function freeSlot(slots: Int32Array, hash: number): number {
  const mask = slots.length - 1;
  let at = hash & mask;
  while (slots[at] !== 0) at = (at + 1) & mask;
  return at;
}

/** FNV-1a. A last mixing makes the low bits depend on every byte. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = FNV_BASIS;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i]!, FNV_PRIME);
  return hash;
}
