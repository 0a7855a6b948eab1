import { masks, symbolsOf } from "./symbols.ts";

/**
 * Jaro's similarity of two texts by code point, 0 to 1; two empty texts are equal.
 * Characters match within ⌊longest ÷ 2⌋ − 1 places; half of those out of order, rounded down, are transpositions.
 *
 * Source: Jaro, "Advances in record-linkage methodology" (1989).
 */
export function jaro(a: string, b: string): number {
  if (a === b) return 1;
  const [x, y] = symbolsOf(a, b);
  return jaroSymbols(x.buffer, 0, x.length, y.buffer, 0, y.length);
}

/**
 * Winkler's form of {@link jaro}: above 0.7, each of up to four equal first characters closes a tenth of the gap to 1.
 *
 * Source: Winkler, "String comparator metrics and enhanced decision rules" (1990).
 */
export function jaroWinkler(a: string, b: string): number {
  if (a === b) return 1;
  const [x, y] = symbolsOf(a, b);
  return jaroWinklerSymbols(x.buffer, 0, x.length, y.buffer, 0, y.length);
}

/** {@link jaroWinkler} of two runs of symbols. */
export function jaroWinklerSymbols(
  p: Uint16Array,
  po: number,
  pl: number,
  q: Uint16Array,
  qo: number,
  ql: number,
): number {
  const similarity = jaroSymbols(p, po, pl, q, qo, ql);
  if (similarity <= 0.7) return similarity;
  const longest = Math.min(4, pl, ql);
  let prefix = 0;
  while (prefix < longest && p[po + prefix] === q[qo + prefix]) prefix++;
  return similarity + prefix * 0.1 * (1 - similarity);
}

/** {@link jaro} of two runs of symbols. */
export function jaroSymbols(
  p: Uint16Array,
  po: number,
  pl: number,
  q: Uint16Array,
  qo: number,
  ql: number,
): number {
  if (pl === 0 || ql === 0) return pl === ql ? 1 : 0;
  const window = Math.max(0, (Math.max(pl, ql) >> 1) - 1);
  if (pl <= 32 && ql <= 32) return inWords(p, po, pl, q, qo, ql, window);
  return ql <= 64
    ? inTwoWords(p, po, pl, q, qo, ql, window)
    : inArrays(p, po, pl, q, qo, ql, window);
}

function inWords(
  p: Uint16Array,
  po: number,
  pl: number,
  q: Uint16Array,
  qo: number,
  ql: number,
  window: number,
): number {
  for (let j = 0; j < ql; j++) masks[q[qo + j]!]! |= 1 << j;
  let usedP = 0;
  let usedQ = 0;
  let matches = 0;
  for (let i = 0; i < pl; i++) {
    const low = i - window;
    const high = i + window;
    let reach = high >= 31 ? -1 : (1 << (high + 1)) - 1;
    if (low > 31) reach = 0;
    else if (low > 0) reach &= -1 << low;
    const free = masks[p[po + i]!]! & reach & ~usedQ;
    if (free !== 0) {
      usedQ |= free & -free;
      usedP |= 1 << i;
      matches++;
    }
  }
  for (let j = 0; j < ql; j++) masks[q[qo + j]!] = 0;
  if (matches === 0) return 0;
  let outOfOrder = 0;
  while (usedP !== 0) {
    const i = 31 - Math.clz32(usedP & -usedP);
    const j = 31 - Math.clz32(usedQ & -usedQ);
    if (p[po + i] !== q[qo + j]) outOfOrder++;
    usedP &= usedP - 1;
    usedQ &= usedQ - 1;
  }
  return ratio(matches, outOfOrder, pl, ql);
}

const highMasks = new Int32Array(0x1_0000);
let matched = new Uint16Array(256);

/** As {@link inWords}, with the places of q from the 33rd on in a word of their own. */
function inTwoWords(
  p: Uint16Array,
  po: number,
  pl: number,
  q: Uint16Array,
  qo: number,
  ql: number,
  window: number,
): number {
  if (matched.length < pl) matched = new Uint16Array(2 * pl);
  const lows = Math.min(32, ql);
  for (let j = 0; j < lows; j++) masks[q[qo + j]!]! |= 1 << j;
  for (let j = 32; j < ql; j++) highMasks[q[qo + j]!]! |= 1 << (j - 32);
  let usedLow = 0;
  let usedHigh = 0;
  let matches = 0;
  for (let i = 0; i < pl; i++) {
    const symbol = p[po + i]!;
    const low = i - window;
    const high = i + window;
    const freeLow = masks[symbol]! & bits(low, high) & ~usedLow;
    if (freeLow !== 0) {
      usedLow |= freeLow & -freeLow;
      matched[matches++] = symbol;
      continue;
    }
    const freeHigh = highMasks[symbol]! & bits(low - 32, high - 32) & ~usedHigh;
    if (freeHigh !== 0) {
      usedHigh |= freeHigh & -freeHigh;
      matched[matches++] = symbol;
    }
  }
  for (let j = 0; j < lows; j++) masks[q[qo + j]!] = 0;
  for (let j = 32; j < ql; j++) highMasks[q[qo + j]!] = 0;
  if (matches === 0) return 0;
  let outOfOrder = 0;
  let k = 0;
  for (; usedLow !== 0; usedLow &= usedLow - 1) {
    const j = 31 - Math.clz32(usedLow & -usedLow);
    if (matched[k++] !== q[qo + j]) outOfOrder++;
  }
  for (; usedHigh !== 0; usedHigh &= usedHigh - 1) {
    const j = 63 - Math.clz32(usedHigh & -usedHigh);
    if (matched[k++] !== q[qo + j]) outOfOrder++;
  }
  return ratio(matches, outOfOrder, pl, ql);
}

/** The bits from `low` to `high` of a word, as far as it has them. */
function bits(low: number, high: number): number {
  if (high < 0 || low > 31) return 0;
  const upTo = high >= 31 ? -1 : (1 << (high + 1)) - 1;
  return low > 0 ? upTo & (-1 << low) : upTo;
}

let flagsP = new Uint8Array(256);
let flagsQ = new Uint8Array(256);

function inArrays(
  p: Uint16Array,
  po: number,
  pl: number,
  q: Uint16Array,
  qo: number,
  ql: number,
  window: number,
): number {
  if (flagsP.length < pl) flagsP = new Uint8Array(2 * pl);
  if (flagsQ.length < ql) flagsQ = new Uint8Array(2 * ql);
  flagsP.fill(0, 0, pl);
  flagsQ.fill(0, 0, ql);
  let matches = 0;
  for (let i = 0; i < pl; i++) {
    const to = Math.min(ql - 1, i + window);
    for (let j = Math.max(0, i - window); j <= to; j++) {
      if (flagsQ[j] === 0 && p[po + i] === q[qo + j]) {
        flagsP[i] = 1;
        flagsQ[j] = 1;
        matches++;
        break;
      }
    }
  }
  if (matches === 0) return 0;
  let outOfOrder = 0;
  let j = 0;
  for (let i = 0; i < pl; i++) {
    if (flagsP[i] === 0) continue;
    while (flagsQ[j] === 0) j++;
    if (p[po + i] !== q[qo + j]) outOfOrder++;
    j++;
  }
  return ratio(matches, outOfOrder, pl, ql);
}

function ratio(matches: number, outOfOrder: number, pl: number, ql: number): number {
  return (matches / pl + matches / ql + (matches - (outOfOrder >> 1)) / matches) / 3;
}
