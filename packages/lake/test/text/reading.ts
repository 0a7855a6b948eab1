import { type Table, toRows } from "@lakewright/core";
import type { TextBatches } from "../../src/text.ts";

export const utf8Bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** All rows of a text file, in the values rows have. */
export async function allRows(
  batches: TextBatches,
  table: Table,
): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for await (const batch of batches) rows.push(...toRows(batch, table));
  return rows;
}

/** The bytes cut into pieces of these sizes, again and again. */
export async function* inPieces(
  bytes: Uint8Array,
  sizes: readonly number[],
): AsyncGenerator<Uint8Array> {
  for (let at = 0, k = 0; at < bytes.length; k++) {
    const size = Math.max(1, sizes[k % sizes.length] ?? bytes.length);
    yield bytes.subarray(at, at + size);
    at += size;
    await Promise.resolve();
  }
}

/** The bytes in pieces that all lie in one buffer, as file handles read them. */
export async function* inOneBuffer(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(size);
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size);
    buffer.set(piece);
    yield buffer.subarray(0, piece.length);
    await Promise.resolve();
    buffer.fill(0x3f);
  }
}
