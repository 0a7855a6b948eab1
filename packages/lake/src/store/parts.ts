import { concatBytes } from "./bytes.ts";

const PART_BYTES = 8 * 2 ** 20;
/** After so many parts their size doubles: 10,000 of them hold 8 TiB, more than any store takes. */
const PARTS_PER_SIZE = 1000;
const UPLOADS_AT_ONCE = 3;

/** The size of a part, counted from 0. All but the last are of equal size up to 8 GB, as some servers demand. */
export function partBytes(index: number): number {
  return PART_BYTES * 2 ** Math.floor(index / PARTS_PER_SIZE);
}

/** Cuts data into parts of exactly `size(index)` bytes, the last one shorter. At least one part, also of nothing. */
export async function* cutParts(
  data: Uint8Array | AsyncIterable<Uint8Array>,
  size: (index: number) => number = partBytes,
): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let bytes = 0;
  let index = 0;
  for await (let chunk of data instanceof Uint8Array ? [data] : data) {
    for (let wanted = size(index); bytes + chunk.length > wanted; wanted = size(index)) {
      held.push(chunk.subarray(0, wanted - bytes));
      chunk = chunk.subarray(wanted - bytes);
      yield concatBytes(held);
      held = [];
      bytes = 0;
      index++;
    }
    held.push(chunk);
    bytes += chunk.length;
  }
  if (bytes > 0 || index === 0) yield concatBytes(held);
}

/** Uploads parts, a few at a time. One that fails stops the others, which have ended when this throws. */
export async function uploadParts<R>(
  parts: AsyncIterable<Uint8Array>,
  upload: (part: Uint8Array, index: number, signal: AbortSignal) => Promise<R>,
): Promise<R[]> {
  const results: Promise<R>[] = [];
  const active = new Set<Promise<void>>();
  const stop = new AbortController();
  try {
    for await (const part of parts) {
      const result = upload(part, results.length, stop.signal);
      results.push(result);
      const ended: Promise<void> = result.then(() => void active.delete(ended));
      ended.catch(() => {});
      active.add(ended);
      if (active.size >= UPLOADS_AT_ONCE) await Promise.race(active);
    }
    return await Promise.all(results);
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(results);
    throw error;
  }
}

/** The first part alone where it is all there is, or all parts. */
export async function onePart(
  parts: AsyncGenerator<Uint8Array>,
): Promise<{ readonly whole: Uint8Array } | { readonly parts: AsyncGenerator<Uint8Array> }> {
  const first = await parts.next();
  const second = await parts.next();
  if (second.done) return { whole: first.value as Uint8Array };
  return {
    parts: (async function* () {
      try {
        yield first.value as Uint8Array;
        yield second.value;
        yield* parts;
      } finally {
        await parts.return(undefined);
      }
    })(),
  };
}
