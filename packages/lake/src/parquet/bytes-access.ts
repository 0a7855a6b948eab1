import type { RandomAccess } from "./types.ts";

/** Bytes in memory as a file to read. They are not copied: leave them as they are while the file is open. */
export function bytesAccess(bytes: Uint8Array): RandomAccess {
  return {
    size: bytes.length,
    read: (from, to) => Promise.resolve(bytes.subarray(from, to)),
  };
}
