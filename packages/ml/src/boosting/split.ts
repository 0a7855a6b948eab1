import type { Bins } from "../trees/bins.ts";
import { CELL, type CellTable } from "./histogram.ts";

/** Sums over the rows of a node. */
export interface Sums {
  readonly gradient: number;
  readonly hessian: number;
  readonly rows: number;
}

/** How a node is best split: rows in bins up to `bin` go left. */
export interface Split {
  readonly gain: number;
  readonly feature: number;
  readonly bin: number;
  readonly missingLeft: boolean;
  readonly left: Sums;
}

export interface SplitLimits {
  readonly minLeafRows: number;
  readonly minHessian: number;
  readonly l2: number;
  readonly minGain: number;
}

/**
 * The split of a node that lowers the loss most, by its second-order approximation; undefined where none does.
 * Equal gains go to the first feature and bin. Source: Chen and Guestrin, "XGBoost" (2016), equation 7.
 */
export function bestSplit(
  histogram: Float64Array,
  { features }: Bins,
  table: CellTable,
  total: Sums,
  limits: SplitLimits,
): Split | undefined {
  const { l2, minLeafRows, minHessian } = limits;
  const { gradient, hessian, rows } = total;
  const parent = (gradient * gradient) / (hessian + l2);
  let best: Split | undefined;
  let bestGain = limits.minGain;
  for (let f = 0; f < features.length; f++) {
    const { edges, hasMissing } = features[f]!;
    const first = CELL * table.offsets[f]!;
    const missing = first + CELL * (edges.length + 1);
    // Where values are missing, splits are tried with them on the right and then on the left.
    for (let side = 0; side < (hasMissing ? 2 : 1); side++) {
      let g = side === 1 ? histogram[missing]! : 0;
      let h = side === 1 ? histogram[missing + 1]! : 0;
      let n = side === 1 ? histogram[missing + 2]! : 0;
      // With the missing on the right they may be all that is there: then the last bin goes left as well.
      const bins = edges.length + (hasMissing && side === 0 ? 1 : 0);
      for (let b = 0, at = first; b < bins; b++, at += CELL) {
        g += histogram[at]!;
        h += histogram[at + 1]!;
        n += histogram[at + 2]!;
        if (n < minLeafRows || h < minHessian) continue;
        if (rows - n < minLeafRows || hessian - h < minHessian) break;
        const rest = gradient - g;
        const gain = (g * g) / (h + l2) + (rest * rest) / (hessian - h + l2) - parent;
        if (gain > bestGain) {
          bestGain = gain;
          const left = { gradient: g, hessian: h, rows: n };
          best = { gain, feature: f, bin: b, missingLeft: side === 1, left };
        }
      }
    }
  }
  return best;
}
