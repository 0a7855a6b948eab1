/** Numbers different texts 0, 1, 2 … in order of appearance. */
export interface TextInterner {
  /** The number of the text. */
  codeOf(text: string): number;
  /** The number of the UTF-8 text in bytes[from, to). */
  codeOfBytes(bytes: Uint8Array, from: number, to: number): number;
  /** The texts by number. */
  texts(): string[];
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/** A {@link TextInterner} that keeps UTF-8 bytes: a text that comes again is found without being decoded. */
export function textInterner(): TextInterner {
  let pool = new Uint8Array(1 << 16);
  let used = 0;
  let starts = new Int32Array(1 << 10);
  let hashes = new Int32Array(1 << 10);
  let size = 0;
  let slots = new Int32Array(1 << 12).fill(-1);

  const grow = (): void => {
    slots = new Int32Array(2 * slots.length).fill(-1);
    for (let code = 0; code < size; code++) {
      let slot = hashes[code]! & (slots.length - 1);
      while (slots[slot] !== -1) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = code;
    }
  };

  const add = (bytes: Uint8Array, from: number, to: number, hash: number): number => {
    const length = to - from;
    if (used + length > pool.length) {
      const larger = new Uint8Array(Math.max(2 * pool.length, used + length));
      larger.set(pool.subarray(0, used));
      pool = larger;
    }
    if (size + 2 > starts.length) {
      starts = enlarged(starts);
      hashes = enlarged(hashes);
    }
    for (let i = 0; i < length; i++) pool[used + i] = bytes[from + i]!;
    hashes[size] = hash;
    used += length;
    starts[++size] = used;
    return size - 1;
  };

  const codeOfBytes = (bytes: Uint8Array, from: number, to: number): number => {
    const hash = hashBytes(bytes, from, to);
    let slot = hash & (slots.length - 1);
    for (;;) {
      const code = slots[slot]!;
      if (code === -1) break;
      if (hashes[code] === hash && same(pool, starts[code]!, starts[code + 1]!, bytes, from, to)) {
        return code;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    const code = add(bytes, from, to, hash);
    slots[slot] = code;
    if (2 * size > slots.length) grow();
    return code;
  };

  return {
    codeOfBytes,
    codeOf: (text) => {
      const bytes = encoder.encode(text);
      return codeOfBytes(bytes, 0, bytes.length);
    },
    texts: () =>
      Array.from({ length: size }, (_, code) =>
        decoder.decode(pool.subarray(starts[code]!, starts[code + 1]!)),
      ),
  };
}

function enlarged(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}

function same(
  pool: Uint8Array,
  start: number,
  end: number,
  bytes: Uint8Array,
  from: number,
  to: number,
): boolean {
  if (end - start !== to - from) return false;
  for (let i = start, j = from; i < end; i++, j++) if (pool[i] !== bytes[j]) return false;
  return true;
}

/** FNV-1a, finished by a multiplication so that the low bits depend on all. */
function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c_9dc5 | 0;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i]!, 0x0100_0193);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x2c1b_3c6d) ^ (hash >>> 13);
}

/** Numbers different pairs of numbers 0, 1, 2 … in order of appearance. */
export class PairInterner {
  private slots = new Int32Array(1 << 12).fill(-1);
  private firsts = new Int32Array(1 << 11);
  private seconds = new Int32Array(1 << 11);
  size = 0;

  codeOf(first: number, second: number): number {
    let slot = this.slotOf(first, second);
    for (;;) {
      const code = this.slots[slot]!;
      if (code === -1) break;
      if (this.firsts[code] === first && this.seconds[code] === second) return code;
      slot = (slot + 1) & (this.slots.length - 1);
    }
    const code = this.size++;
    if (code === this.firsts.length) {
      this.firsts = enlarged(this.firsts);
      this.seconds = enlarged(this.seconds);
    }
    this.firsts[code] = first;
    this.seconds[code] = second;
    this.slots[slot] = code;
    if (2 * this.size > this.slots.length) this.rehash();
    return code;
  }

  /** The two numbers that got this one. */
  partsOf(code: number): readonly [number, number] {
    return [this.firsts[code]!, this.seconds[code]!];
  }

  private slotOf(first: number, second: number): number {
    let hash = Math.imul(first, 0x9e37_79b1) ^ Math.imul(second, 0x85eb_ca6b);
    hash ^= hash >>> 15;
    hash = Math.imul(hash, 0x2c1b_3c6d);
    return (hash ^ (hash >>> 13)) & (this.slots.length - 1);
  }

  private rehash(): void {
    this.slots = new Int32Array(2 * this.slots.length).fill(-1);
    for (let code = 0; code < this.size; code++) {
      let slot = this.slotOf(this.firsts[code]!, this.seconds[code]!);
      while (this.slots[slot] !== -1) slot = (slot + 1) & (this.slots.length - 1);
      this.slots[slot] = code;
    }
  }
}
