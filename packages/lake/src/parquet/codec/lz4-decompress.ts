import { Malformed } from "../format/malformed.ts";

/** The content of an LZ4 block, `size` bytes. Source: lz4, doc/lz4_Block_format.md. */
export function decompressLz4Raw(input: Uint8Array, size: number): Uint8Array {
  const out = allocate(input, size);
  if (decompressBlock(input, 0, input.length, out, 0) !== size) throw broken();
  return out;
}

/**
 * The content of the deprecated codec LZ4: blocks with their sizes in front, as Hadoop writes them, or a bare block,
 * as early Arrow did. Source: parquet-format, Compression.md.
 */
export function decompressLz4(input: Uint8Array, size: number): Uint8Array {
  return decompressHadoop(input, size) ?? decompressLz4Raw(input, size);
}

function decompressHadoop(input: Uint8Array, size: number): Uint8Array | undefined {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  // All sizes first: a bare block hardly ever looks like a chain of frames.
  let total = 0;
  for (let at = 0; at < input.length;) {
    if (input.length - at < 8) return undefined;
    total += view.getUint32(at);
    at += 8 + view.getUint32(at + 4);
    if (at > input.length) return undefined;
  }
  if (total !== size) return undefined;
  const out = allocate(input, size);
  let to = 0;
  for (let at = 0; at < input.length;) {
    const end = at + 8 + view.getUint32(at + 4);
    const expected = to + view.getUint32(at);
    to = decompressBlock(input, at + 8, end, out, to);
    if (to !== expected) throw broken();
    at = end;
  }
  return out;
}

function allocate(input: Uint8Array, size: number): Uint8Array {
  // A byte of a block makes 255 bytes at most.
  if (size > 255 * input.length + 64) throw broken();
  return new Uint8Array(size);
}

function decompressBlock(
  input: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  outAt: number,
): number {
  let at = start;
  let to = outAt;
  const longer = (first: number): number => {
    let length = first;
    if (first !== 15) return length;
    for (;;) {
      if (at >= end) throw broken();
      const byte = input[at++]!;
      length += byte;
      if (byte < 255) return length;
    }
  };
  while (at < end) {
    const token = input[at++]!;
    const literals = longer(token >> 4);
    if (literals > end - at || literals > out.length - to) throw broken();
    out.set(input.subarray(at, at + literals), to);
    at += literals;
    to += literals;
    if (at === end) break;
    if (end - at < 2) throw broken();
    const offset = input[at]! | (input[at + 1]! << 8);
    at += 2;
    const length = longer(token & 15) + 4;
    if (offset === 0 || offset > to || length > out.length - to) throw broken();
    for (let k = 0; k < length; k++) out[to + k] = out[to - offset + k]!;
    to += length;
  }
  return to;
}

function broken(): Malformed {
  return new Malformed("LZ4 data does not make a page of the size stated.");
}
