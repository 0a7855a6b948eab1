import { scratchInt32, scratchUint32 } from "./scratch.ts";

/** Distinct 32-bit or 64-bit values, and the number of the distinct value for each value. Compared by their bits. */
export interface NumberDictionary {
  readonly codes: Int32Array;
  /** The distinct values in the order they came, in the words they were given in. */
  readonly words: Int32Array | Uint32Array;
  readonly size: number;
}

/** After this many values it is judged whether a dictionary has a chance. */
const TRIAL = 8192;
/** Above this share of distinct values in the trial it has none. */
const HOPELESS = 0.9;

/** The dictionary of 32-bit values; undefined where there are more than `most` distinct ones, or likely so. */
export function dictionaryOf32(
  words: Int32Array,
  count: number,
  most: number,
): NumberDictionary | undefined {
  const codes = scratchInt32(count);
  let entries = scratchInt32(1024);
  let slots = scratchInt32(2048).fill(0);
  let shift = 32 - 11;
  let size = 0;
  let last = count > 0 ? ~words[0]! : 0;
  let lastCode = 0;
  for (let i = 0; i < count; i++) {
    const word = words[i]!;
    if (word === last) {
      codes[i] = lastCode;
      continue;
    }
    const mask = slots.length - 1;
    let at = Math.imul(word, 0x9e3779b1) >>> shift;
    let slot = slots[at]!;
    while (slot !== 0 && entries[slot - 1] !== word) {
      at = (at + 1) & mask;
      slot = slots[at]!;
    }
    if (slot === 0) {
      if (size >= most || (i >= TRIAL && size > HOPELESS * i)) return undefined;
      entries[size] = word;
      slot = slots[at] = ++size;
      if (size === entries.length) {
        entries = doubled(entries, scratchInt32);
        shift--;
        slots = scratchInt32(2 * slots.length).fill(0);
        const wider = slots.length - 1;
        for (let entry = 0; entry < size; entry++) {
          let free = Math.imul(entries[entry]!, 0x9e3779b1) >>> shift;
          while (slots[free] !== 0) free = (free + 1) & wider;
          slots[free] = entry + 1;
        }
      }
    }
    last = word;
    lastCode = codes[i] = slot - 1;
  }
  return { codes, words: entries.subarray(0, size), size };
}

/** The dictionary of 64-bit values, given as pairs of words. */
export function dictionaryOf64(
  words: Uint32Array,
  count: number,
  most: number,
): NumberDictionary | undefined {
  const codes = scratchInt32(count);
  let entries = scratchUint32(2048);
  let slots = scratchInt32(2048).fill(0);
  let shift = 32 - 11;
  let size = 0;
  let lastLow = -1;
  let lastHigh = -1;
  let lastCode = 0;
  for (let i = 0; i < count; i++) {
    const low = words[2 * i]!;
    const high = words[2 * i + 1]!;
    if (low === lastLow && high === lastHigh) {
      codes[i] = lastCode;
      continue;
    }
    const mask = slots.length - 1;
    let at = hash64(low, high) >>> shift;
    let slot = slots[at]!;
    while (slot !== 0 && (entries[2 * slot - 2] !== low || entries[2 * slot - 1] !== high)) {
      at = (at + 1) & mask;
      slot = slots[at]!;
    }
    if (slot === 0) {
      if (size >= most || (i >= TRIAL && size > HOPELESS * i)) return undefined;
      entries[2 * size] = low;
      entries[2 * size + 1] = high;
      slot = slots[at] = ++size;
      if (2 * size === entries.length) {
        entries = doubled(entries, scratchUint32);
        shift--;
        slots = scratchInt32(2 * slots.length).fill(0);
        const wider = slots.length - 1;
        for (let entry = 0; entry < size; entry++) {
          let free = hash64(entries[2 * entry]!, entries[2 * entry + 1]!) >>> shift;
          while (slots[free] !== 0) free = (free + 1) & wider;
          slots[free] = entry + 1;
        }
      }
    }
    lastLow = low;
    lastHigh = high;
    lastCode = codes[i] = slot - 1;
  }
  return { codes, words: entries.subarray(0, 2 * size), size };
}

function hash64(low: number, high: number): number {
  const mixed = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
  return Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
}

function doubled<A extends Int32Array | Uint32Array>(array: A, make: (length: number) => A): A {
  const grown = make(2 * array.length);
  grown.set(array);
  return grown;
}
