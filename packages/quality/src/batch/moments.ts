import type { LogicalType } from "@lakewright/core";
import { scaleOf } from "../values/units.ts";
import type { Accumulator } from "./accumulator.ts";
import type { BatchView } from "./view.ts";

/** What a standard deviation is judged by; null where there are less than two finite values. */
export interface Moments {
  readonly count: number;
  readonly stddev: number | null;
  readonly usable: boolean;
}

/**
 * The standard deviation of the sample, in one pass.
 * Source: Welford, "Note on a method for calculating corrected sums of squares and products" (1962).
 */
export function momentsAccumulator(column: string, type: LogicalType): Accumulator<Moments> {
  const unit = 10 ** scaleOf(type);
  let count = 0;
  let finite = 0;
  let mean = 0;
  let squares = 0;
  return {
    add: (view: BatchView) => {
      const { values } = view.numbers(column);
      const valid = view.valid(column);
      for (let i = 0; i < view.rows; i++) {
        if (valid !== undefined && valid[i] === 0) continue;
        count++;
        const value = values[i]! / unit;
        if (!Number.isFinite(value)) continue;
        finite++;
        const difference = value - mean;
        mean += difference / finite;
        squares += difference * (value - mean);
      }
    },
    summary: () => ({
      count,
      stddev: finite < 2 ? null : Math.sqrt(squares / (finite - 1)),
      usable: count === finite,
    }),
  };
}
