import type { Trees } from "./trees.ts";

/** Buckets of a {@link Grid}'s guide table. */
const BUCKETS = 1024;

/** The rank of a missing value. */
export const MISSING_RANK = -1;

/**
 * The distinct thresholds of one feature, ascending. The rank of a value is how many of them are below it, so
 * "value ≤ threshold j" and "rank ≤ j" are the same, and a tree can be walked with integers and without a branch.
 */
export interface Grid {
  readonly thresholds: Float64Array;
  readonly low: number;
  readonly scale: number;
  /** For each bucket of [lowest, highest threshold] the first threshold in it or behind it. */
  readonly guide: Int32Array;
}

/** {@link Trees} made ready for walking: a leaf leads to itself, so that every walk has as many steps as the tree is deep. */
export interface RankedTrees {
  readonly grids: readonly Grid[];
  readonly rank: Int32Array;
  readonly feature: Int32Array;
  readonly left: Int32Array;
  /** 1 in splits where a missing value goes right. */
  readonly missingRight: Uint8Array;
  readonly depths: Int32Array;
}

const known = new WeakMap<Trees, RankedTrees>();

/** The ranked form of the trees over a number of features, made once. */
export function rankTrees(trees: Trees, features: number): RankedTrees {
  let ranked = known.get(trees);
  if (ranked === undefined) {
    ranked = makeRanked(trees, features);
    known.set(trees, ranked);
  }
  return ranked;
}

function makeRanked(trees: Trees, features: number): RankedTrees {
  const nodes = trees.feature.length;
  const thresholds = Array.from({ length: features }, () => new Set<number>());
  for (let n = 0; n < nodes; n++) {
    if (trees.feature[n]! >= 0) thresholds[trees.feature[n]!]!.add(trees.threshold[n]!);
  }
  const grids = thresholds.map((set) => makeGrid(Float64Array.from(set).sort()));
  // No rank is above that of a leaf, and the difference to a missing one still fits 31 bits.
  const rank = new Int32Array(nodes).fill(0x7fff_fffe);
  const feature = new Int32Array(nodes);
  const left = new Int32Array(nodes);
  const missingRight = new Uint8Array(nodes);
  for (let n = 0; n < nodes; n++) {
    const f = trees.feature[n]!;
    left[n] = f < 0 ? n : trees.left[n]!;
    if (f < 0) continue;
    feature[n] = f;
    rank[n] = rankOf(grids[f]!, trees.threshold[n]!);
    missingRight[n] = 1 - trees.missingLeft[n]!;
  }
  return { grids, rank, feature, left, missingRight, depths: depthsOf(trees) };
}

/** The depth of each tree: splits on its longest path. */
export function depthsOf(trees: Trees): Int32Array {
  const { feature, left, roots } = trees;
  const depth = new Int32Array(feature.length);
  const depths = new Int32Array(roots.length);
  for (let t = 0; t < roots.length; t++) {
    const end = roots[t + 1] ?? feature.length;
    for (let n = roots[t]!; n < end; n++) {
      if (depth[n]! > depths[t]!) depths[t] = depth[n]!;
      if (feature[n]! < 0) continue;
      depth[left[n]!] = depth[left[n]! + 1] = depth[n]! + 1;
    }
  }
  return depths;
}

/** The grid of ascending distinct thresholds. */
export function makeGrid(thresholds: Float64Array): Grid {
  const count = thresholds.length;
  const low = thresholds[0] ?? 0;
  const range = (thresholds[count - 1] ?? 0) - low;
  const scale = range > 0 && range < Infinity ? BUCKETS / range : 0;
  const guide = new Int32Array(BUCKETS + 2).fill(count);
  for (let j = count - 1; j >= 0; j--) guide[bucketOf(thresholds[j]!, low, scale)] = j;
  for (let b = BUCKETS; b >= 0; b--) guide[b] = Math.min(guide[b]!, guide[b + 1]!);
  return { thresholds, low, scale, guide };
}

function bucketOf(value: number, low: number, scale: number): number {
  const bucket = (value - low) * scale;
  return bucket < BUCKETS ? bucket | 0 : BUCKETS;
}

/** How many thresholds are below the value; {@link MISSING_RANK} of NaN. */
export function rankOf(grid: Grid, value: number): number {
  const { thresholds, low, scale, guide } = grid;
  if (!(value > low)) return value !== value ? MISSING_RANK : 0;
  // The bucket is monotone in the value, so no threshold below it lies in a later bucket.
  const bucket = bucketOf(value, low, scale);
  let from = guide[bucket]!;
  let to = guide[bucket + 1]!;
  while (to - from > 8) {
    const middle = (from + to) >> 1;
    if (thresholds[middle]! < value) from = middle + 1;
    else to = middle;
  }
  while (from < to && thresholds[from]! < value) from++;
  return from;
}

/** Ranks `count` values of a column from `first` on, into out[k], out[k + width], …; true where one is missing. */
export function rankColumn(
  grid: Grid,
  column: Float64Array,
  first: number,
  count: number,
  out: Int32Array,
  k: number,
  width: number,
): boolean {
  let missing = false;
  for (let i = 0, at = k; i < count; i++, at += width) {
    const rank = rankOf(grid, column[first + i]!);
    out[at] = rank;
    if (rank === MISSING_RANK) missing = true;
  }
  return missing;
}
