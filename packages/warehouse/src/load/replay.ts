import { looksLikeBatch } from "@lakewright/core";

/** Whether data can be read a second time: what is in memory can, a stream cannot. */
export function isReplayable(data: unknown): boolean {
  return (
    Array.isArray(data) || data instanceof Set || data instanceof Uint8Array || looksLikeBatch(data)
  );
}
