import { masks, symbolsOf } from "./symbols.ts";

/**
 * Optimal string alignment: {@link levenshtein} with swaps of neighbours, no part edited twice ("ca" to "abc" is 3).
 *
 * Source: Hyyrö, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances" (2003).
 */
export function osa(a: string, b: string): number {
  if (a === b) return 0;
  const [x, y] = symbolsOf(a, b);
  return osaSymbols(x.buffer, 0, x.length, y.buffer, 0, y.length);
}

/** {@link osa} of two runs of symbols. */
export function osaSymbols(
  p: Uint16Array,
  po: number,
  pl: number,
  q: Uint16Array,
  qo: number,
  ql: number,
): number {
  if (pl === 0) return ql;
  if (ql === 0) return pl;
  if (pl > 32) return ql <= 32 ? osaSymbols(q, qo, ql, p, po, pl) : osaRows(p, po, pl, q, qo, ql);
  for (let i = 0; i < pl; i++) masks[p[po + i]!]! |= 1 << i;
  const last = 1 << (pl - 1);
  let pv = -1;
  let mv = 0;
  let diagonal = 0;
  let before = 0;
  let score = pl;
  for (let j = 0; j < ql; j++) {
    const eq = masks[q[qo + j]!]!;
    const swapped = ((~diagonal & eq) << 1) & before;
    diagonal = (((eq & pv) + pv) ^ pv) | eq | mv | swapped;
    let ph = mv | ~(diagonal | pv);
    const mh = diagonal & pv;
    if (ph & last) score++;
    if (mh & last) score--;
    ph = (ph << 1) | 1;
    pv = (mh << 1) | ~(diagonal | ph);
    mv = ph & diagonal;
    before = eq;
  }
  for (let i = 0; i < pl; i++) masks[p[po + i]!] = 0;
  return score;
}

function osaRows(
  p: Uint16Array,
  po: number,
  pl: number,
  q: Uint16Array,
  qo: number,
  ql: number,
): number {
  let older = new Int32Array(ql + 1);
  let old = Int32Array.from({ length: ql + 1 }, (_, j) => j);
  let row = new Int32Array(ql + 1);
  for (let i = 1; i <= pl; i++) {
    const c = p[po + i - 1]!;
    row[0] = i;
    for (let j = 1; j <= ql; j++) {
      const d = q[qo + j - 1]!;
      let best = Math.min(old[j]! + 1, row[j - 1]! + 1, old[j - 1]! + (c === d ? 0 : 1));
      if (i > 1 && j > 1 && c === q[qo + j - 2] && p[po + i - 2] === d) {
        best = Math.min(best, older[j - 2]! + 1);
      }
      row[j] = best;
    }
    [older, old, row] = [old, row, older];
  }
  return old[ql]!;
}

/**
 * Damerau's distance: {@link levenshtein} with swaps of neighbours, and edits between what was swapped
 * ("ca" to "abc" is 2). A metric, unlike {@link osa}.
 *
 * Source: Lowrance and Wagner, "An extension of the string-to-string correction problem" (1975).
 */
export function damerauLevenshtein(a: string, b: string): number {
  if (a === b) return 0;
  const [x, y] = symbolsOf(a, b);
  const p = x.buffer;
  const q = y.buffer;
  const width = y.length + 2;
  const far = x.length + y.length;
  // Row and column 0 are out of reach, 1 is the empty prefix.
  const cost = new Int32Array((x.length + 2) * width).fill(far);
  for (let i = 0; i <= x.length; i++) cost[(i + 1) * width + 1] = i;
  for (let j = 0; j <= y.length; j++) cost[width + j + 1] = j;
  const lastRowOf = new Map<number, number>();
  for (let i = 1; i <= x.length; i++) {
    let lastColumn = 0;
    for (let j = 1; j <= y.length; j++) {
      const row = lastRowOf.get(q[j - 1]!) ?? 0;
      const column = lastColumn;
      const same = p[i - 1] === q[j - 1];
      if (same) lastColumn = j;
      const at = (i + 1) * width + j + 1;
      cost[at] = Math.min(
        cost[at - width - 1]! + (same ? 0 : 1),
        cost[at - 1]! + 1,
        cost[at - width]! + 1,
        cost[row * width + column]! + (i - row - 1) + 1 + (j - column - 1),
      );
    }
    lastRowOf.set(p[i - 1]!, i);
  }
  return cost[(x.length + 1) * width + y.length + 1]!;
}
