import { bind, raw, type Sql, sql } from "@lakewright/sql";
import type { LogicalType } from "@lakewright/core";
import { checkBounds, compareUnits, describeBounds, unitRange } from "../values/bounds.ts";
import { plain } from "../values/plain.ts";
import { familyOf } from "../values/family.ts";
import { decimalOf, valueOfUnits } from "../values/units.ts";
import { QualityError } from "../errors.ts";
import type { Bounds } from "./builder.ts";
import type { RowRule } from "./definition.ts";
import { anyOf, FLOAT64, isNaN as isNaNSql } from "./sql.ts";

/** Every value within limits; the rule of any ordered column. */
export function betweenRule(
  subject: string,
  column: string,
  type: LogicalType,
  bounds: Bounds<unknown>,
): RowRule {
  const reason = ([value]: readonly unknown[]): string =>
    `${plain(value, type)} is not ${describeBounds(bounds, type)}`;
  return familyOf(type) === "float"
    ? { kind: "row", reason, ...floatRule(subject, column, bounds) }
    : { kind: "row", reason, ...exactRule(subject, column, type, bounds) };
}

type Executors = Pick<RowRule, "failsSql" | "kernel">;

function exactRule(
  subject: string,
  column: string,
  type: LogicalType,
  bounds: Bounds<unknown>,
): Executors {
  checkBounds(subject, bounds, compareUnits(subject, type));
  const { min, max, empty } = unitRange(subject, type, bounds);
  const limit = (units: bigint): Sql => bind(valueOfUnits(type, units), type);
  // Rounding to a double keeps the order, so that comparing with a safe integer gives the exact answer.
  const safe = isSafe(min) && isSafe(max);
  const low = min === undefined ? -Infinity : Number(min);
  const high = max === undefined ? Infinity : Number(max);
  return {
    failsSql: ({ column: of }) =>
      empty
        ? raw("1 = 1")
        : anyOf([
            min === undefined ? undefined : sql`${of(column)} < ${limit(min)}`,
            max === undefined ? undefined : sql`${of(column)} > ${limit(max)}`,
          ]),
    kernel: () => (view, mask) => {
      if (empty) {
        mask.fill(1);
      } else if (safe) {
        const { values } = view.numbers(column);
        for (let i = 0; i < mask.length; i++) {
          const value = values[i]!;
          mask[i] = value < low || value > high ? 1 : 0;
        }
      } else {
        const units = view.units(column);
        for (let i = 0; i < mask.length; i++) {
          const value = units[i]!;
          mask[i] =
            (min !== undefined && value < min) || (max !== undefined && value > max) ? 1 : 0;
        }
      }
    },
  };
}

function floatRule(subject: string, column: string, bounds: Bounds<unknown>): Executors {
  checkBounds(subject, bounds, (a, b) => floatOf(subject, a) - floatOf(subject, b));
  const low = bounds.min === undefined ? undefined : floatOf(subject, bounds.min);
  const high = bounds.max === undefined ? undefined : floatOf(subject, bounds.max);
  const { minExclusive = false, maxExclusive = false } = bounds;
  const least = low ?? -Infinity;
  const most = high ?? Infinity;
  const aboveLow = minExclusive && low !== undefined;
  const belowHigh = maxExclusive && high !== undefined;
  return {
    failsSql: ({ column: of }) => {
      const value = of(column);
      const limit = (bound: number): Sql => bind(bound, FLOAT64);
      return anyOf([
        isNaNSql(value),
        low === undefined
          ? undefined
          : sql`${value} ${raw(minExclusive ? "<=" : "<")} ${limit(low)}`,
        high === undefined
          ? undefined
          : sql`${value} ${raw(maxExclusive ? ">=" : ">")} ${limit(high)}`,
      ]);
    },
    kernel: () => (view, mask) => {
      const { values } = view.numbers(column);
      for (let i = 0; i < mask.length; i++) {
        const value = values[i]!;
        const within =
          (aboveLow ? value > least : value >= least) && (belowHigh ? value < most : value <= most);
        mask[i] = within ? 0 : 1;
      }
    },
  };
}

/** A limit as a double. @throws QualityError QUALITY_INVALID_CONTRACT for NaN and what is no number. */
export function floatOf(subject: string, value: unknown): number {
  const number = typeof value === "number" ? value : (decimalOf(value)?.toNumber() ?? Number.NaN);
  if (!Number.isNaN(number)) return number;
  throw new QualityError(
    "QUALITY_INVALID_CONTRACT",
    `${subject}: ${plain(value)} is no limit of a number.`,
    { hint: "Give a number that is not NaN." },
  );
}

function isSafe(units: bigint | undefined): boolean {
  return (
    units === undefined ||
    (units <= BigInt(Number.MAX_SAFE_INTEGER) && units >= BigInt(Number.MIN_SAFE_INTEGER))
  );
}
