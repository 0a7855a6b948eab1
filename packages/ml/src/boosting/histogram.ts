import { powerOfTwo } from "../math/portable.ts";
import type { Bins } from "../trees/bins.ts";

/** Numbers a cell of a histogram has: sum of gradients, sum of hessians, rows. */
export const CELL = 3;

/** Bins row by row, as numbers of histogram cells: a row's cells are neighbours, one a feature. */
export interface CellTable {
  readonly width: number;
  /** Number of the first cell of each feature, and of the one behind the last. */
  readonly offsets: Int32Array;
  readonly cells: Uint16Array | Uint32Array;
}

export function cellTable({ rows, features }: Bins): CellTable {
  const width = features.length;
  const offsets = new Int32Array(width + 1);
  for (const [k, { edges, hasMissing }] of features.entries()) {
    offsets[k + 1] = offsets[k]! + edges.length + 1 + (hasMissing ? 1 : 0);
  }
  const total = offsets[width]!;
  const cells = total <= 0x1_0000 ? new Uint16Array(rows * width) : new Uint32Array(rows * width);
  for (const [k, { codes }] of features.entries()) {
    const offset = offsets[k]!;
    for (let i = 0, at = k; i < rows; i++, at += width) cells[at] = offset + codes[i]!;
  }
  return { width, offsets, cells };
}

/** Fills a histogram with the rows order[from, to). */
export function fillHistogram(
  histogram: Float64Array,
  table: CellTable,
  order: Int32Array,
  from: number,
  to: number,
  gradients: Float64Array,
  hessians: Float64Array,
): void {
  const { cells, width } = table;
  histogram.fill(0);
  for (let q = from; q < to; q++) {
    const row = order[q]!;
    const gradient = gradients[row]!;
    const hessian = hessians[row]!;
    for (let at = row * width, end = at + width; at < end; at++) {
      const j = CELL * cells[at]!;
      histogram[j]! += gradient;
      histogram[j + 1]! += hessian;
      histogram[j + 2]!++;
    }
  }
}

/** Takes a child's histogram from its parent's, which leaves the other child's. Exact: see {@link quantum}. */
export function subtractHistogram(parent: Float64Array, child: Float64Array): void {
  for (let j = 0; j < parent.length; j++) parent[j]! -= child[j]!;
}

/**
 * The unit to which gradients in [-1, 1] are rounded so that the sum of any of them is exact in a double: sums then
 * depend neither on the order of the rows nor on which child was subtracted.
 */
export function quantum(rows: number): number {
  return powerOfTwo(32 - Math.clz32(rows) - 52);
}
