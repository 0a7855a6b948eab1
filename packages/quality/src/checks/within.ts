import type { Bounds } from "./builder.ts";
import { decimalOf } from "../values/units.ts";

/** Whether a double is within limits; NaN is not. */
export function within(value: number, bounds: Bounds<unknown>): boolean {
  const min = limit(bounds.min, -Infinity);
  const max = limit(bounds.max, Infinity);
  const low = bounds.minExclusive && bounds.min !== undefined ? value > min : value >= min;
  const high = bounds.maxExclusive && bounds.max !== undefined ? value < max : value <= max;
  return low && high;
}

function limit(bound: unknown, without: number): number {
  if (bound === undefined) return without;
  return typeof bound === "number" ? bound : decimalOf(bound)!.toNumber();
}
