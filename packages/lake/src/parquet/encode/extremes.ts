/** The positions of the smallest and the largest of 64-bit integers given as pairs of words. */
export function smallestAndLargest64(
  words: Uint32Array,
  count: number,
  unsigned: boolean,
): readonly [min: number, max: number] {
  const flip = unsigned ? 0x8000_0000 | 0 : 0;
  let min = 0;
  let max = 0;
  let minLow = words[0]!;
  let minHigh = words[1]! ^ flip;
  let maxLow = minLow;
  let maxHigh = minHigh;
  for (let i = 1; i < count; i++) {
    const low = words[2 * i]!;
    const high = words[2 * i + 1]! ^ flip;
    if (high < minHigh || (high === minHigh && low < minLow)) {
      min = i;
      minLow = low;
      minHigh = high;
    } else if (high > maxHigh || (high === maxHigh && low > maxLow)) {
      max = i;
      maxLow = low;
      maxHigh = high;
    }
  }
  return [min, max];
}

/** The 64-bit integer of pair i. */
export function longOfWords(words: Uint32Array, i: number, unsigned: boolean): bigint {
  const value = (BigInt(words[2 * i + 1]!) << 32n) | BigInt(words[2 * i]!);
  return unsigned ? value : BigInt.asIntN(64, value);
}

/** The integer of `width` big-endian bytes in two's complement. */
export function decimalOfBytes(bytes: Uint8Array, from: number, width: number): bigint {
  let value = 0n;
  for (let k = from; k < from + width; k++) value = (value << 8n) | BigInt(bytes[k]!);
  return BigInt.asIntN(8 * width, value);
}
