import type { Matrix } from "../data/matrix.ts";
import { rankColumn, type RankedTrees, rankTrees } from "./ranks.ts";
import type { Trees } from "./trees.ts";

/** Rows of a block: with tens of features their ranks stay in the processor's second cache. */
const BLOCK_ROWS = 1024;

/** Steps between two looks whether all rows of a group have arrived. */
const STRIDE = 8;

/** For each row the sum of what its leaves give, in tree order, so that the last bit does not depend on blocks. */
export function sumLeaves(trees: Trees, matrix: Matrix, start: number = 0): Float64Array {
  const { rows, columns } = matrix;
  const width = columns.length;
  const ranked = rankTrees(trees, width);
  const sums = new Float64Array(rows).fill(start);
  const ranks = new Int32Array(Math.min(rows + 3, BLOCK_ROWS) * width);
  for (let first = 0; first < rows; first += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, rows - first);
    let missing = false;
    for (let k = 0; k < width; k++) {
      if (rankColumn(ranked.grids[k]!, columns[k]!, first, count, ranks, k, width)) missing = true;
    }
    const walk = missing ? walkMissing : walkComplete;
    const out = sums.subarray(first, first + count);
    for (let t = 0; t < trees.roots.length; t++) {
      walk(ranked, trees.value, trees.roots[t]!, ranked.depths[t]!, ranks, width, out);
    }
  }
  return sums;
}

type Walk = (
  ranked: RankedTrees,
  value: Float64Array,
  root: number,
  depth: number,
  ranks: Int32Array,
  width: number,
  out: Float64Array,
) => void;

// Four rows at a time: their walks do not wait for each other. The last group may read ranks of no row; they are not used.
const walkComplete: Walk = ({ rank, feature, left }, value, root, depth, ranks, width, out) => {
  for (let i = 0, at = 0; i < out.length; i += 4, at += 4 * width) {
    const at1 = at + width;
    const at2 = at1 + width;
    const at3 = at2 + width;
    let a = root;
    let b = root;
    let c = root;
    let d = root;
    for (let done = 0; done < depth; done += STRIDE) {
      const steps = Math.min(STRIDE, depth - done);
      for (let s = 0; s < steps; s++) {
        a = left[a]! + ((rank[a]! - ranks[at + feature[a]!]!) >>> 31);
        b = left[b]! + ((rank[b]! - ranks[at1 + feature[b]!]!) >>> 31);
        c = left[c]! + ((rank[c]! - ranks[at2 + feature[c]!]!) >>> 31);
        d = left[d]! + ((rank[d]! - ranks[at3 + feature[d]!]!) >>> 31);
      }
      if (left[a] === a && left[b] === b && left[c] === c && left[d] === d) break;
    }
    out[i]! += value[a]!;
    if (i + 1 < out.length) out[i + 1]! += value[b]!;
    if (i + 2 < out.length) out[i + 2]! += value[c]!;
    if (i + 3 < out.length) out[i + 3]! += value[d]!;
  }
};

// The same with one more term: rank -1 has the sign bit set, and goes where the split sends missing values.
const walkMissing: Walk = (ranked, value, root, depth, ranks, width, out) => {
  const { rank, feature, left, missingRight: right } = ranked;
  for (let i = 0, at = 0; i < out.length; i += 4, at += 4 * width) {
    const at1 = at + width;
    const at2 = at1 + width;
    const at3 = at2 + width;
    let a = root;
    let b = root;
    let c = root;
    let d = root;
    for (let done = 0; done < depth; done += STRIDE) {
      const steps = Math.min(STRIDE, depth - done);
      for (let s = 0; s < steps; s++) {
        const ra = ranks[at + feature[a]!]!;
        const rb = ranks[at1 + feature[b]!]!;
        const rc = ranks[at2 + feature[c]!]!;
        const rd = ranks[at3 + feature[d]!]!;
        a = left[a]! + (((rank[a]! - ra) >>> 31) | ((ra >>> 31) & right[a]!));
        b = left[b]! + (((rank[b]! - rb) >>> 31) | ((rb >>> 31) & right[b]!));
        c = left[c]! + (((rank[c]! - rc) >>> 31) | ((rc >>> 31) & right[c]!));
        d = left[d]! + (((rank[d]! - rd) >>> 31) | ((rd >>> 31) & right[d]!));
      }
      if (left[a] === a && left[b] === b && left[c] === c && left[d] === d) break;
    }
    out[i]! += value[a]!;
    if (i + 1 < out.length) out[i + 1]! += value[b]!;
    if (i + 2 < out.length) out[i + 2]! += value[c]!;
    if (i + 3 < out.length) out[i + 3]! += value[d]!;
  }
};
