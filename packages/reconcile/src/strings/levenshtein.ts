import { masks, symbolsOf } from "./symbols.ts";

/**
 * Insertions, deletions and substitutions of code points that turn one text into the other.
 *
 * Source: Myers, "A fast bit-vector algorithm for approximate string matching" (1999), in Hyyrö's form (2003).
 */
export function levenshtein(a: string, b: string): number {
  if (a === b) return 0;
  const [x, y] = symbolsOf(a, b);
  return levenshteinSymbols(x.buffer, 0, x.length, y.buffer, 0, y.length);
}

/** {@link levenshtein} of two runs of symbols. */
export function levenshteinSymbols(
  p: Uint16Array,
  po: number,
  pl: number,
  q: Uint16Array,
  qo: number,
  ql: number,
): number {
  if (pl === 0) return ql;
  if (ql === 0) return pl;
  return pl <= 32 ? oneWord(p, po, pl, q, qo, ql) : manyWords(p, po, pl, q, qo, ql);
}

function oneWord(
  p: Uint16Array,
  po: number,
  pl: number,
  q: Uint16Array,
  qo: number,
  ql: number,
): number {
  for (let i = 0; i < pl; i++) masks[p[po + i]!]! |= 1 << i;
  const last = 1 << (pl - 1);
  let pv = -1;
  let mv = 0;
  let score = pl;
  for (let j = 0; j < ql; j++) {
    const eq = masks[q[qo + j]!]!;
    const xv = eq | mv;
    const xh = (((eq & pv) + pv) ^ pv) | eq;
    let ph = mv | ~(xh | pv);
    let mh = pv & xh;
    if (ph & last) score++;
    if (mh & last) score--;
    ph = (ph << 1) | 1;
    mh <<= 1;
    pv = mh | ~(xv | ph);
    mv = ph & xv;
  }
  for (let i = 0; i < pl; i++) masks[p[po + i]!] = 0;
  return score;
}

let carries = new Int8Array(256);

/** Rows in blocks of 32; the horizontal differences at the foot of a block are the carries of the next. */
function manyWords(
  p: Uint16Array,
  po: number,
  pl: number,
  q: Uint16Array,
  qo: number,
  ql: number,
): number {
  if (carries.length < ql) carries = new Int8Array(2 * ql);
  carries.fill(1, 0, ql);
  let score = pl;
  for (let from = 0; from < pl; from += 32) {
    const rows = Math.min(32, pl - from);
    const last = 1 << (rows - 1);
    for (let i = 0; i < rows; i++) masks[p[po + from + i]!]! |= 1 << i;
    let pv = -1;
    let mv = 0;
    for (let j = 0; j < ql; j++) {
      const carry = carries[j]!;
      let eq = masks[q[qo + j]!]!;
      const xv = eq | mv;
      if (carry < 0) eq |= 1;
      const xh = (((eq & pv) + pv) ^ pv) | eq;
      let ph = mv | ~(xh | pv);
      let mh = pv & xh;
      carries[j] = ph & last ? 1 : mh & last ? -1 : 0;
      ph <<= 1;
      mh <<= 1;
      if (carry > 0) ph |= 1;
      else if (carry < 0) mh |= 1;
      pv = mh | ~(xv | ph);
      mv = ph & xv;
    }
    for (let i = 0; i < rows; i++) masks[p[po + from + i]!] = 0;
  }
  for (let j = 0; j < ql; j++) score += carries[j]!;
  return score;
}
