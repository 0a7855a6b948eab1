import type { TextPool } from "./text-pool.ts";

const WORDS = 3;

/**
 * A cheap upper bound of the symbols that two texts of a pool share. Symbols fall into 32 classes; word k of a text has
 * the bit of each class that it has more than k times. What comes more often is taken to be shared.
 */
export function sharedSymbols({ symbols, starts }: TextPool): (a: number, b: number) => number {
  const texts = starts.length - 1;
  const words = new Int32Array(WORDS * texts);
  const excess = new Int32Array(texts);
  for (let text = 0; text < texts; text++) {
    for (let s = starts[text]!; s < starts[text + 1]!; s++) {
      const bit = 1 << (symbols[s]! & 31);
      let k = WORDS * text;
      const end = k + WORDS;
      while (k < end && (words[k]! & bit) !== 0) k++;
      if (k === end) excess[text]!++;
      else words[k]! |= bit;
    }
  }
  return (a, b) => {
    const p = WORDS * a;
    const q = WORDS * b;
    return (
      ones(words[p]! & words[q]!) +
      ones(words[p + 1]! & words[q + 1]!) +
      ones(words[p + 2]! & words[q + 2]!) +
      Math.min(excess[a]!, excess[b]!)
    );
  };
}

function ones(word: number): number {
  let x = word - ((word >>> 1) & 0x5555_5555);
  x = (x & 0x3333_3333) + ((x >>> 2) & 0x3333_3333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

/**
 * Whether two texts may have so much of Jaro's similarity, or of Winkler's form of it: false only where they have not.
 * Jaro is at most (m/|p| + m/|q| + 1) / 3 for m shared symbols, and Winkler's form closes a tenth of the gap for each of
 * up to four equal first symbols.
 */
export function jaroFilter(
  { symbols, starts }: TextPool,
  shared: (a: number, b: number) => number,
  atLeast: number,
  winkler: boolean,
): (a: number, b: number) => boolean {
  return (a, b) => {
    const p = starts[a]!;
    const q = starts[b]!;
    const pl = starts[a + 1]! - p;
    const ql = starts[b + 1]! - q;
    const shorter = Math.min(pl, ql);
    let jaro = atLeast;
    if (winkler) {
      const longest = Math.min(4, shorter);
      let prefix = 0;
      while (prefix < longest && symbols[p + prefix] === symbols[q + prefix]) prefix++;
      jaro = (atLeast - 0.1 * prefix) / (1 - 0.1 * prefix);
    }
    const needed = ((3 * jaro - 1) * pl * ql) / (pl + ql) - 1e-9;
    return shorter >= needed && shared(a, b) >= needed;
  };
}
