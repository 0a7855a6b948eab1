/** Negative, 0 or positive: byte strings in unsigned order, which for UTF-8 is the order of code points. */
export function compareBytes(
  a: Uint8Array,
  aFrom: number,
  aTo: number,
  b: Uint8Array,
  bFrom: number,
  bTo: number,
): number {
  const shared = Math.min(aTo - aFrom, bTo - bFrom);
  for (let k = 0; k < shared; k++) {
    const difference = a[aFrom + k]! - b[bFrom + k]!;
    if (difference !== 0) return difference;
  }
  return aTo - aFrom - (bTo - bFrom);
}

/** Smallest and largest of `count` byte strings, at least one. */
export function bytesExtremes(
  bytes: Uint8Array,
  offsets: Int32Array,
  count: number,
): { readonly min: Uint8Array; readonly max: Uint8Array } {
  let min = 0;
  let max = 0;
  for (let i = 1; i < count; i++) {
    const from = offsets[i]!;
    const to = offsets[i + 1]!;
    if (compareBytes(bytes, from, to, bytes, offsets[min]!, offsets[min + 1]!) < 0) min = i;
    else if (compareBytes(bytes, from, to, bytes, offsets[max]!, offsets[max + 1]!) > 0) max = i;
  }
  return {
    min: bytes.slice(offsets[min]!, offsets[min + 1]!),
    max: bytes.slice(offsets[max]!, offsets[max + 1]!),
  };
}
