import type { Places } from "./places.ts";

/** Moves values to their places, in place; where there is none the bytes are 0. The array is as long as there are places. */
export function expandFixed(bytes: Uint8Array, width: number, count: number, places: Places): void {
  const { length, validity } = places;
  if (!validity) return;
  const words = width % 4 === 0 ? new Int32Array(bytes.buffer) : bytes;
  const size = width % 4 === 0 ? width / 4 : width;
  let from = count * size;
  if (size === 1) {
    for (let i = length - 1; i >= 0; i--)
      words[i] = validity[i >> 3]! & (1 << (i & 7)) ? words[--from]! : 0;
    return;
  }
  for (let i = length - 1; i >= 0; i--) {
    const to = i * size;
    if (validity[i >> 3]! & (1 << (i & 7))) {
      from -= size;
      for (let k = size - 1; k >= 0; k--) words[to + k] = words[from + k]!;
    } else {
      for (let k = 0; k < size; k++) words[to + k] = 0;
    }
  }
}

/** The offsets of all places, in place: where there is no value it is empty. */
export function expandOffsets(offsets: Int32Array, count: number, places: Places): Int32Array {
  const { length, validity } = places;
  if (validity) {
    let from = count;
    for (let i = length - 1; i >= 0; i--) {
      offsets[i + 1] = offsets[from]!;
      if (validity[i >> 3]! & (1 << (i & 7))) from--;
    }
  }
  return offsets.subarray(0, length + 1);
}

/** Bits at their places. */
export function expandBits(bits: Uint8Array, places: Places): Uint8Array {
  const { length, validity } = places;
  if (!validity) return bits;
  const expanded = new Uint8Array((length + 7) >> 3);
  let from = 0;
  for (let i = 0; i < length; i++) {
    if ((validity[i >> 3]! & (1 << (i & 7))) === 0) continue;
    if (bits[from >> 3]! & (1 << (from & 7))) expanded[i >> 3]! |= 1 << (i & 7);
    from++;
  }
  return expanded;
}
