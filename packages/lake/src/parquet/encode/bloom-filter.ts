import { BloomFilter } from "../format/bloom-filter.ts";
import { bytesOf } from "./layout.ts";
import type { Values } from "./values.ts";

/** The Bloom filter of the values of a chunk; undefined where there are none, and for true and false. */
export function bloomFilterOf(values: Values): BloomFilter | undefined {
  if (values.count === 0) return undefined;
  switch (values.kind) {
    case "bits":
      return undefined;
    case "bytes":
      return filterOfBytes(values.bytes, values.offsets, values.count);
    case "codes": {
      const { bytes, offsets, size } = values.dictionary;
      return filterOfBytes(bytes, offsets, size);
    }
    default: {
      const bytes = bytesOf(values);
      const width = bytes.length / values.count;
      const filter = BloomFilter.for(values.count);
      for (let from = 0; from < bytes.length; from += width) filter.add(bytes, from, from + width);
      return filter;
    }
  }
}

function filterOfBytes(bytes: Uint8Array, offsets: Int32Array, count: number): BloomFilter {
  const filter = BloomFilter.for(count);
  for (let k = 0; k < count; k++) filter.add(bytes, offsets[k]!, offsets[k + 1]!);
  return filter;
}
