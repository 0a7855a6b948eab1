import type { Data } from "apache-arrow";
import { RANGES, rangeRanks } from "./ranks.ts";

const RANK_BITS = Math.log2(RANGES);
const WORD_BITS = 16;

/**
 * The rows of columns in the order of a Z-order curve: by the interleaved bits of the ranges their values fall into, as
 * Delta does (MultiDimClustering.scala, ZOrderClustering). Rows that are alike keep their order.
 */
export function zOrder(columns: readonly Data[]): Int32Array {
  return radixSorted(interleaved(columns.map(rangeRanks)));
}

/** Keys in words of 16 bits, the most significant first. */
function interleaved(ranks: readonly Uint16Array[]): readonly Uint16Array[] {
  const rows = ranks[0]!.length;
  const bits = RANK_BITS * ranks.length;
  const words = Array.from({ length: Math.ceil(bits / WORD_BITS) }, () => new Uint16Array(rows));
  let at = 0;
  for (let bit = RANK_BITS - 1; bit >= 0; bit--) {
    for (const rank of ranks) {
      const word = words[Math.floor(at / WORD_BITS)]!;
      const shift = WORD_BITS - 1 - (at % WORD_BITS);
      for (let i = 0; i < rows; i++) word[i]! |= ((rank[i]! >> bit) & 1) << shift;
      at++;
    }
  }
  return words;
}

/** Positions by ascending keys, stable. */
function radixSorted(words: readonly Uint16Array[]): Int32Array {
  const rows = words[0]!.length;
  let order = Int32Array.from({ length: rows }, (_, i) => i);
  let next = new Int32Array(rows);
  for (const word of words.toReversed()) {
    const starts = new Int32Array(2 ** WORD_BITS + 1);
    for (let i = 0; i < rows; i++) starts[word[i]! + 1]!++;
    for (let k = 1; k < starts.length; k++) starts[k]! += starts[k - 1]!;
    for (let i = 0; i < rows; i++) {
      const row = order[i]!;
      next[starts[word[row]!]!++] = row;
    }
    [order, next] = [next, order];
  }
  return order;
}
