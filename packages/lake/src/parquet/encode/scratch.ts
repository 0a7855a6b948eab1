/** What a column chunk may take; larger arrays are made anew. */
const MOST_BYTES = 1 << 24;

let memory = new ArrayBuffer(1 << 16);
let taken = 0;
/** Bytes asked for since the start, also those that did not fit. */
let wanted = 0;

/**
 * Arrays that last until the next chunk is begun. Memory made anew for each would have the garbage collector start for
 * nothing but its size. What stands in them is left from before.
 */
export function restartScratch(): void {
  if (wanted > memory.byteLength && memory.byteLength < MOST_BYTES) {
    memory = new ArrayBuffer(Math.min(MOST_BYTES, 2 ** Math.ceil(Math.log2(wanted))));
  }
  taken = 0;
  wanted = 0;
}

export function scratchInt32(length: number): Int32Array {
  const at = take(4 * length);
  return at < 0 ? new Int32Array(length) : new Int32Array(memory, at, length);
}

export function scratchUint32(length: number): Uint32Array {
  const at = take(4 * length);
  return at < 0 ? new Uint32Array(length) : new Uint32Array(memory, at, length);
}

export function scratchBytes(length: number): Uint8Array {
  const at = take(length);
  return at < 0 ? new Uint8Array(length) : new Uint8Array(memory, at, length);
}

/** The position of so many bytes; -1 where there is no room for them. */
function take(bytes: number): number {
  const rounded = (bytes + 7) & ~7;
  wanted += rounded;
  if (taken + rounded > memory.byteLength) return -1;
  taken += rounded;
  return taken - rounded;
}
