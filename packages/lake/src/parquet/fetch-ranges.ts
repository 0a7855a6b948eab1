import { readExactly } from "./footer-access.ts";
import type { RandomAccess } from "./types.ts";

/** The bytes [from, to) of a file. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Ranges nearer than this are read with one request: bytes cost less than a round trip. */
const GAP = 64 * 1024;
/** A request is for no more than this, unless one range is. */
const MOST_BYTES = 32 * 2 ** 20;
const AT_ONCE = 4;

/** The bytes of the ranges, in their order, with few requests. */
export async function fetchRanges(
  access: RandomAccess,
  ranges: readonly Range[],
): Promise<Uint8Array[]> {
  const requests: { from: number; to: number; readonly members: number[] }[] = [];
  const sorted = ranges.map((_, k) => k).sort((a, b) => ranges[a]!.from - ranges[b]!.from);
  for (const k of sorted) {
    const { from, to } = ranges[k]!;
    const last = requests.at(-1);
    if (last && from - last.to <= GAP && to - last.from <= MOST_BYTES) {
      last.to = Math.max(last.to, to);
      last.members.push(k);
    } else requests.push({ from, to, members: [k] });
  }
  const bytes = new Array<Uint8Array>(ranges.length);
  const queue = requests.values();
  const work = async (): Promise<void> => {
    for (const { from, to, members } of queue) {
      const read = from === to ? new Uint8Array(0) : await readExactly(access, from, to);
      for (const k of members)
        bytes[k] = read.subarray(ranges[k]!.from - from, ranges[k]!.to - from);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return bytes;
}
