/** Bits in Arrow's and Parquet's order: bit i is bit i & 7 of byte i >> 3. */

const ONES = Uint8Array.from({ length: 256 }, (_, byte) => {
  let count = 0;
  for (let rest = byte; rest > 0; rest &= rest - 1) count++;
  return count;
});

/** How many of the bits [from, to) are set. */
export function countBits(bits: Uint8Array, from: number, to: number): number {
  if (from >= to) return 0;
  const first = from >> 3;
  const last = (to - 1) >> 3;
  const head = 0xff << (from & 7);
  const tail = 0xff >> (7 - ((to - 1) & 7));
  if (first === last) return ONES[bits[first]! & head & tail & 0xff]!;
  let count = ONES[bits[first]! & head & 0xff]! + ONES[bits[last]! & tail]!;
  for (let k = first + 1; k < last; k++) count += ONES[bits[k]!]!;
  return count;
}

/** Sets bits [at, at + count) of the target to those of the source from `from` on. The target's are 0 before. */
export function copyBits(
  source: Uint8Array,
  from: number,
  target: Uint8Array,
  at: number,
  count: number,
): void {
  if (count <= 0) return;
  const right = from & 7;
  const left = at & 7;
  let i = from >> 3;
  let k = at >> 3;
  let rest = count;
  if (right === 0 && left === 0) {
    const whole = count >> 3;
    target.set(source.subarray(i, i + whole), k);
    if (count & 7) target[k + whole]! |= source[i + whole]! & ((1 << (count & 7)) - 1);
    return;
  }
  for (; rest > 0; rest -= 8, i++, k++) {
    let byte = source[i]! >> right;
    if (right > 0 && rest > 8 - right) byte |= source[i + 1]! << (8 - right);
    byte &= rest >= 8 ? 0xff : (1 << rest) - 1;
    target[k]! |= byte << left;
    if (left > 0 && rest > 8 - left) target[k + 1]! |= byte >> (8 - left);
  }
}

/** Sets bits [from, to), which are 0 before. */
export function setBits(bits: Uint8Array, from: number, to: number): void {
  if (from >= to) return;
  const first = from >> 3;
  const last = (to - 1) >> 3;
  const head = 0xff << (from & 7);
  const tail = 0xff >> (7 - ((to - 1) & 7));
  if (first === last) {
    bits[first]! |= head & tail;
    return;
  }
  bits[first]! |= head;
  bits.fill(0xff, first + 1, last);
  bits[last]! |= tail;
}

/** Bits needed to write numbers from 0 to `max`, which is below 2^32. */
export function bitWidth(max: number): number {
  return 32 - Math.clz32(max);
}
