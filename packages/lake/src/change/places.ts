import { firstNotBelow } from "../read/positions.ts";

/** Several lists of places as one: ascending, each once. */
export function unionOf(lists: readonly Uint32Array[]): Uint32Array {
  if (lists.length === 1 && isAscending(lists[0]!)) return lists[0]!;
  const all = new Uint32Array(lists.reduce((sum, list) => sum + list.length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  if (!isAscending(all)) all.sort();
  let kept = 0;
  for (const place of all) if (kept === 0 || all[kept - 1] !== place) all[kept++] = place;
  return all.subarray(0, kept);
}

function isAscending(places: Uint32Array): boolean {
  for (let i = 1; i < places.length; i++) if (places[i - 1]! >= places[i]!) return false;
  return true;
}

/** The rows of a batch, by index, whose places are in a list, and those whose are not. */
export function partitionRows(
  places: Uint32Array,
  listed: Uint32Array,
): { readonly inside: Int32Array; readonly outside: Int32Array } {
  const inside = new Int32Array(places.length);
  const outside = new Int32Array(places.length);
  let ins = 0;
  let outs = 0;
  let next = places.length === 0 ? 0 : firstNotBelow(listed, places[0]!);
  for (let i = 0; i < places.length; i++) {
    while (next < listed.length && listed[next]! < places[i]!) next++;
    if (listed[next] === places[i]) inside[ins++] = i;
    else outside[outs++] = i;
  }
  return { inside: inside.subarray(0, ins), outside: outside.subarray(0, outs) };
}

/** Places by index. */
export function pick(places: Uint32Array, indexes: Int32Array): Uint32Array {
  const result = new Uint32Array(indexes.length);
  for (let i = 0; i < indexes.length; i++) result[i] = places[indexes[i]!]!;
  return result;
}
