import { readExactly } from "./footer-access.ts";
import type { RandomAccess } from "./types.ts";

/** The bytes [from, to) of a file. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Ranges nearer than this are read with one request: bytes cost less than a round trip. */
export const GAP: number = 64 * 1024;
/** A request is for no more than this, unless one range is. */
const MOST_BYTES = 8 * 2 ** 20;
/** Requests under way: one is decoded while the others come. */
const AT_ONCE = 4;
/** Bytes under way, but for one request: what comes while others are decoded has to fit in memory too. */
const BYTES_AT_ONCE = 32 * 2 ** 20;

interface Request {
  readonly from: number;
  to: number;
  readonly members: number[];
}

/** The bytes of some of the ranges, by their number. */
export type FetchedRanges = readonly (readonly [range: number, bytes: Uint8Array])[];

/** The bytes of the ranges with few requests, request after request in the order of the file. */
export async function* fetchRanges(
  access: RandomAccess,
  ranges: readonly Range[],
): AsyncGenerator<FetchedRanges> {
  const requests = requestsFor(ranges);
  const pending: { readonly size: number; readonly bytes: Promise<Uint8Array> }[] = [];
  let next = 0;
  let waiting = 0;
  for (const request of requests) {
    while (next < requests.length && pending.length < AT_ONCE) {
      const { from, to } = requests[next]!;
      if (pending.length > 0 && waiting + to - from > BYTES_AT_ONCE) break;
      const bytes =
        from === to ? Promise.resolve(new Uint8Array(0)) : readExactly(access, from, to);
      // One that fails while those before it are awaited, or after the caller left, is not unhandled.
      bytes.catch(() => {});
      pending.push({ size: to - from, bytes });
      waiting += to - from;
      next++;
    }
    const { size, bytes } = pending.shift()!;
    const read = await bytes;
    waiting -= size;
    yield request.members.map((k) => [
      k,
      read.subarray(ranges[k]!.from - request.from, ranges[k]!.to - request.from),
    ]);
  }
}

function requestsFor(ranges: readonly Range[]): Request[] {
  const requests: Request[] = [];
  const sorted = ranges.map((_, k) => k).sort((a, b) => ranges[a]!.from - ranges[b]!.from);
  for (const k of sorted) {
    const { from, to } = ranges[k]!;
    const last = requests.at(-1);
    if (last && from - last.to <= GAP && to - last.from <= MOST_BYTES) {
      last.to = Math.max(last.to, to);
      last.members.push(k);
    } else requests.push({ from, to, members: [k] });
  }
  return requests;
}
