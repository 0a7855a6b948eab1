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
  // Nearly all byte strings are told from both extremes by how they begin.
  let minHead = headOf(bytes, offsets[0]!, offsets[1]!);
  let maxHead = minHead;
  for (let i = 1; i < count; i++) {
    const from = offsets[i]!;
    const to = offsets[i + 1]!;
    const head = headOf(bytes, from, to);
    if (head > minHead && head < maxHead) continue;
    if (compareBytes(bytes, from, to, bytes, offsets[min]!, offsets[min + 1]!) < 0) {
      min = i;
      minHead = head;
    } else if (compareBytes(bytes, from, to, bytes, offsets[max]!, offsets[max + 1]!) > 0) {
      max = i;
      maxHead = head;
    }
  }
  return {
    min: bytes.slice(offsets[min]!, offsets[min + 1]!),
    max: bytes.slice(offsets[max]!, offsets[max + 1]!),
  };
}

/** The first four bytes as a number that orders as they do; what is not there counts as 0. */
function headOf(bytes: Uint8Array, from: number, to: number): number {
  const size = to - from;
  if (size >= 4) {
    const low = (bytes[from + 1]! << 16) | (bytes[from + 2]! << 8) | bytes[from + 3]!;
    return bytes[from]! * 0x100_0000 + low;
  }
  let head = 0;
  for (let k = 0; k < 4; k++) head = head * 256 + (k < size ? bytes[from + k]! : 0);
  return head;
}
