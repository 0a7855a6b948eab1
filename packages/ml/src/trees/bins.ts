import type { Matrix } from "../data/matrix.ts";
import { makeGrid, MISSING_RANK, rankOf } from "./ranks.ts";

/** Bins of a feature, beside one for missing values. */
const MAX_BINS = 255;

/** Features as small whole numbers: bin b holds the values in (edges[b - 1], edges[b]]. */
export interface Bins {
  readonly rows: number;
  readonly features: readonly BinnedFeature[];
}

export interface BinnedFeature {
  /** Where bins meet, ascending; thresholds of splits. */
  readonly edges: Float64Array;
  /** The bin of each row. A missing value has the bin behind the last one, `edges.length + 1`. */
  readonly codes: Uint8Array;
  readonly hasMissing: boolean;
}

/**
 * Bins of the features: one for each distinct value where there are at most 255, else about as many rows in each.
 * Edges lie in the middle of neighbouring values and do not depend on the order of the rows.
 */
export function binFeatures(matrix: Matrix): Bins {
  return { rows: matrix.rows, features: matrix.columns.map(binColumn) };
}

function binColumn(column: Float64Array): BinnedFeature {
  const present = column.filter((value) => !Number.isNaN(value)).sort();
  const edges = edgesOf(present);
  const grid = makeGrid(edges);
  const missing = edges.length + 1;
  const codes = new Uint8Array(column.length);
  for (let i = 0; i < column.length; i++) {
    const rank = rankOf(grid, column[i]!);
    codes[i] = rank === MISSING_RANK ? missing : rank;
  }
  return { edges, codes, hasMissing: present.length < column.length };
}

function edgesOf(sorted: Float64Array): Float64Array {
  const distinct: number[] = [];
  for (const value of sorted) {
    if (value !== distinct.at(-1)) distinct.push(value);
    if (distinct.length > MAX_BINS) return quantileEdges(sorted);
  }
  return Float64Array.from(distinct.slice(1), (value, i) => middle(distinct[i]!, value));
}

function quantileEdges(sorted: Float64Array): Float64Array {
  const edges: number[] = [];
  for (let b = 1; b < MAX_BINS; b++) {
    const at = (b / MAX_BINS) * (sorted.length - 1);
    const edge = middle(sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!);
    // An edge at the largest value would leave the last bin empty.
    if (edge !== edges.at(-1) && edge < sorted.at(-1)!) edges.push(edge);
  }
  return Float64Array.from(edges);
}

/** The middle of two numbers, in [a, b) where they differ. */
function middle(a: number, b: number): number {
  const value = a / 2 + b / 2;
  return value >= a && value < b ? value : a;
}
