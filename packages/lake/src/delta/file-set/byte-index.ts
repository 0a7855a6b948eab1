const FREE = 0;
const REMOVED = -1;
const SMALLEST = 64;

/** An index of numbered byte strings. It keeps hashes only: whoever has the bytes compares them. */
export class ByteIndex {
  /** Numbers plus one, {@link FREE} or {@link REMOVED}. */
  private slots = new Int32Array(SMALLEST);
  private hashes = new Int32Array(SMALLEST);
  private used = 0;
  private live = 0;

  /** The number of the string of a hash for which `isSame` holds; -1 for none. */
  find(hash: number, isSame: (id: number) => boolean): number {
    const at = this.slotOf(hash, isSame);
    return at < 0 ? -1 : this.slots[at]! - 1;
  }

  /** Adds a string that is not there yet. */
  add(hash: number, id: number): void {
    if (4 * (this.used + 1) > 3 * this.slots.length) this.grow();
    this.place(hash, id + 1);
    this.live++;
  }

  /** Takes a string out and returns its number; -1 where it is not there. */
  remove(hash: number, isSame: (id: number) => boolean): number {
    const at = this.slotOf(hash, isSame);
    if (at < 0) return -1;
    const id = this.slots[at]! - 1;
    this.slots[at] = REMOVED;
    this.live--;
    return id;
  }

  private slotOf(hash: number, isSame: (id: number) => boolean): number {
    const { slots, hashes } = this;
    const mask = slots.length - 1;
    for (let at = spread(hash) & mask; slots[at] !== FREE; at = (at + 1) & mask) {
      if (hashes[at] === hash && slots[at] !== REMOVED && isSame(slots[at]! - 1)) return at;
    }
    return -1;
  }

  private place(hash: number, value: number): void {
    const { slots, hashes } = this;
    const mask = slots.length - 1;
    let at = spread(hash) & mask;
    while (slots[at] !== FREE) at = (at + 1) & mask;
    slots[at] = value;
    hashes[at] = hash;
    this.used++;
  }

  /** Also gets rid of what was removed. */
  private grow(): void {
    const { slots, hashes } = this;
    let size = SMALLEST;
    while (size < 2 * (this.live + 1)) size *= 2;
    this.slots = new Int32Array(size);
    this.hashes = new Int32Array(size);
    this.used = 0;
    slots.forEach((value, at) => {
      if (value !== FREE && value !== REMOVED) this.place(hashes[at]!, value);
    });
  }
}

/** FNV-1a, 32 bits, signed. */
export function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash;
}

export function sameBytes(
  a: Uint8Array,
  aFrom: number,
  b: Uint8Array,
  bFrom: number,
  length: number,
): boolean {
  // Names differ near their end.
  for (let i = length - 1; i >= 0; i--) if (a[aFrom + i] !== b[bFrom + i]) return false;
  return true;
}

function spread(hash: number): number {
  return hash ^ (hash >>> 15);
}
