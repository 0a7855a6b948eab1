import { decodeBloomFilter } from "./format/bloom-filter.ts";
import { Physical } from "./format/constants.ts";
import type { ChunkMetadata } from "./format/footer.ts";
import type { ReadLeaf } from "./schema/read-tree.ts";
import type { RandomAccess } from "./types.ts";

type Value = number | bigint | string | Uint8Array;

const encoder = new TextEncoder();
/** Writers of old left the length out; the longest header is shorter than this. */
const HEADER_BYTES = 64;

/** What the Bloom filter of a chunk says of a value; undefined where there is none that can be asked. */
export async function readBloomFilter(
  access: RandomAccess,
  chunk: ChunkMetadata,
  leaf: ReadLeaf,
): Promise<((value: Value) => boolean) | undefined> {
  const { bloomFilterOffset: from, bloomFilterBytes } = chunk;
  if (from === undefined || chunk.crypto || !isAskable(leaf)) return undefined;
  const most = Math.min(
    chunk.dataPageOffset > from ? chunk.dataPageOffset : access.size,
    access.size,
  );
  const to = Math.min(access.size, from + (bloomFilterBytes ?? most - from));
  if (!(from >= 0 && from + HEADER_BYTES / 8 <= to)) return undefined;
  const filter = decodeBloomFilter(await access.read(from, to));
  if (!filter) return undefined;
  return (value) => {
    const bytes = plainBytes(value, leaf);
    return bytes === undefined || filter.mayContain(bytes);
  };
}

/** Floats are not asked for: a zero has two forms, and so has what is no number. */
function isAskable({ physical, stored }: ReadLeaf): boolean {
  if (stored.problem !== undefined || stored.nanoseconds || stored.float16) return false;
  const asked: readonly number[] = [
    Physical.INT32,
    Physical.INT64,
    Physical.BYTE_ARRAY,
    Physical.FIXED,
  ];
  return asked.includes(physical);
}

/** A value in PLAIN encoding, a text without its length; undefined for one the column does not hold so. */
function plainBytes(
  value: Value,
  { physical, typeLength, column }: ReadLeaf,
): Uint8Array | undefined {
  if (typeof value === "string")
    return physical === Physical.BYTE_ARRAY ? encoder.encode(value) : undefined;
  if (value instanceof Uint8Array) return value;
  if (physical === Physical.BYTE_ARRAY) return undefined;
  const bits = BigInt(value);
  if (physical !== Physical.FIXED)
    return integerBytes(bits, physical === Physical.INT32 ? 4 : 8, true);
  return column.type.kind === "decimal" ? integerBytes(bits, typeLength, false) : undefined;
}

function integerBytes(value: bigint, width: number, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(width);
  let rest = BigInt.asUintN(8 * width, value);
  for (let k = 0; k < width; k++) {
    bytes[littleEndian ? k : width - 1 - k] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}
