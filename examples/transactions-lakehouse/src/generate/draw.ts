import type { Random } from "@lakewright/core";

/** Draws items with the chances their weights say. */
export function weighted<T>(
  items: readonly T[],
  weight: (item: T) => number,
): (random: Random) => T {
  const ends: number[] = [];
  let total = 0;
  for (const item of items) ends.push((total += weight(item)));
  return (random) => {
    const at = random.next() * total;
    let low = 0;
    let high = ends.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]! <= at) low = middle + 1;
      else high = middle;
    }
    return items[low]!;
  };
}

/** Draws items with Zipf's law: the first most often, the k-th with a chance in proportion to k^-exponent. */
export function zipf<T>(items: readonly T[], exponent: number): (random: Random) => T {
  const rank = new Map(items.map((item, k) => [item, k + 1]));
  return weighted(items, (item) => rank.get(item)! ** -exponent);
}
