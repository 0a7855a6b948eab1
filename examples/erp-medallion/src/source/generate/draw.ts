import type { Random } from "@lakewright/core";

/** Draws items with the chances their weights say. */
export function weighted<T>(
  items: readonly T[],
  weight: (item: T, position: number) => number,
): (random: Random) => T {
  const ends = new Float64Array(items.length);
  let total = 0;
  items.forEach((item, i) => (ends[i] = total += weight(item, i)));
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

/** Draws items with Zipf's law: the k-th with a chance in proportion to k^-exponent. */
export function zipf<T>(items: readonly T[], exponent: number): (random: Random) => T {
  return weighted(items, (_, i) => (i + 1) ** -exponent);
}

/** Exactly `count` of the items, each as likely as the others; all where there are fewer. */
export function sample<T>(random: Random, items: readonly T[], count: number): T[] {
  return random.shuffle([...items]).slice(0, count);
}

export function chance(random: Random, share: number): boolean {
  return random.next() < share;
}

/** A whole number from `least` to `most`. */
export function between(random: Random, least: number, most: number): number {
  return least + random.integer(most - least + 1);
}

/** A draw of the lognormal distribution, by its median. */
export function lognormal(random: Random, median: number, sigma: number): number {
  return median * Math.exp(sigma * random.normal());
}
