import { type LogicalType, showValue } from "@lakewright/core";
import type { Bounds } from "../checks/builder.ts";
import { knownOptions } from "../checks/options.ts";
import { QualityError } from "../errors.ts";
import { plain } from "./plain.ts";
import { unitLimits, unitsOf } from "./units.ts";

/** Limits with those the column cannot pass left out. `empty`: no value of the type is within. */
export interface UnitRange {
  readonly min: bigint | undefined;
  readonly max: bigint | undefined;
  readonly empty: boolean;
}

/**
 * Bounds as the smallest and largest number of units within them, both included. Limits finer than the unit and
 * exclusive ones are then plain comparisons, the same on every engine.
 */
export function unitRange(subject: string, type: LogicalType, bounds: Bounds<unknown>): UnitRange {
  const limits = unitLimits(type);
  let min: bigint | undefined;
  let max: bigint | undefined;
  if (bounds.min !== undefined) {
    const { floor, ceil } = boundUnits(subject, type, bounds.min);
    min = bounds.minExclusive ? floor + 1n : ceil;
  }
  if (bounds.max !== undefined) {
    const { floor, ceil } = boundUnits(subject, type, bounds.max);
    max = bounds.maxExclusive ? ceil - 1n : floor;
  }
  const empty =
    (limits !== undefined &&
      ((min !== undefined && min > limits[1]) || (max !== undefined && max < limits[0]))) ||
    (min !== undefined && max !== undefined && min > max);
  if (limits !== undefined) {
    if (min !== undefined && min <= limits[0]) min = undefined;
    if (max !== undefined && max >= limits[1]) max = undefined;
  }
  return { min, max, empty };
}

/** @throws QualityError QUALITY_INVALID_CONTRACT where there is no limit, or the minimum is above the maximum. */
export function checkBounds<In>(
  subject: string,
  bounds: Bounds<In>,
  compare: (a: In, b: In) => number,
): void {
  knownOptions(`bounds of ${subject}`, bounds, ["min", "max", "minExclusive", "maxExclusive"]);
  const { min, max } = bounds;
  if (min === undefined && max === undefined) {
    throw new QualityError("QUALITY_INVALID_CONTRACT", `${subject} has neither min nor max.`, {
      hint: "Give one of them, or both.",
    });
  }
  if (min !== undefined && max !== undefined && compare(min, max) > 0) {
    throw new QualityError(
      "QUALITY_INVALID_CONTRACT",
      `${subject}: min ${showValue(min)} is above max ${showValue(max)}.`,
      { hint: "No value could pass; exchange them." },
    );
  }
}

/** The bounds in words, to be read after "is" or "is not". */
export function describeBounds(bounds: Bounds<unknown>, type?: LogicalType): string {
  const { min, max, minExclusive = false, maxExclusive = false } = bounds;
  const low = min === undefined ? "" : `${minExclusive ? "above" : "at least"} ${plain(min, type)}`;
  const high = max === undefined ? "" : `${maxExclusive ? "below" : "at most"} ${plain(max, type)}`;
  return [low, high].filter((text) => text !== "").join(" and ");
}

/** Two bounds of a column type in order; also when their unit is finer than the column's. */
export function compareUnits(
  subject: string,
  type: LogicalType,
): (a: unknown, b: unknown) => number {
  return (a, b) => {
    const left = boundUnits(subject, type, a);
    const right = boundUnits(subject, type, b);
    return left.floor > right.ceil ? 1 : 0;
  };
}

function boundUnits(
  subject: string,
  type: LogicalType,
  value: unknown,
): {
  readonly floor: bigint;
  readonly ceil: bigint;
} {
  const units = unitsOf(type, value);
  if (units !== undefined) return units;
  throw new QualityError(
    "QUALITY_INVALID_CONTRACT",
    `${subject}: ${showValue(value)} is no value to compare a ${type.kind} with.`,
    { hint: boundHint(type) },
  );
}

function boundHint(type: LogicalType): string {
  switch (type.kind) {
    case "date":
      return 'Give a day of the calendar as "YYYY-MM-DD".';
    case "timestamp":
      return type.utc
        ? 'Give a Date, a bigint in the unit of the column, or ISO text with a zone: "2026-11-21T10:00:00Z".'
        : 'Give ISO text without a zone, such as "2026-11-21T10:00:00".';
    default:
      return 'Give a number, a bigint, a Decimal, or digits as text: "0.01".';
  }
}
