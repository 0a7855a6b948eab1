import { Decimal, decimal, type LogicalType } from "@lakewright/core";
import { raw, sql } from "@lakewright/sql";
import { type Moments, momentsAccumulator } from "../batch/moments.ts";
import { type Sum, sumAccumulator } from "../batch/sums.ts";
import { checkBounds } from "../values/bounds.ts";
import { familyOf } from "../values/family.ts";
import { decimalOf, scaleOf } from "../values/units.ts";
import { floatOf } from "./between.ts";
import type { AggregateBound, Bounds } from "./builder.ts";
import type { AggregateRule, Judgement } from "./definition.ts";
import { isFinite, UTF8 } from "./sql.ts";
import { within } from "./within.ts";

/** The sum of a column, or its mean, within limits. Exact columns are compared exactly, whatever the engine. */
export function sumRule(
  subject: string,
  column: string,
  type: LogicalType,
  bounds: Bounds<AggregateBound>,
  of: "sum" | "mean",
): AggregateRule<Sum> {
  const float = familyOf(type) === "float";
  const scale = scaleOf(type);
  checkBounds(subject, bounds, (a, b) => floatOf(subject, a) - floatOf(subject, b));
  for (const bound of [bounds.min, bounds.max]) {
    if (bound !== undefined) floatOf(subject, bound);
  }
  return {
    kind: "aggregate",
    select: ({ column: name, dialect }) => {
      const value = name(column);
      if (float) {
        const finite = sql`sum(CAST(${value} AS ${raw(dialect.columnType(FLOAT))})) FILTER (WHERE ${isFinite(value)})`;
        return [sql`count(${value})`, finite, sql`count(*) FILTER (WHERE ${isFinite(value)})`];
      }
      const wide = raw(dialect.columnType(decimal(38, scale)));
      const text = raw(dialect.columnType({ type: UTF8, nullable: true }));
      return [
        sql`count(${value})`,
        sql`CAST(sum(CAST(${value} AS ${wide})) AS ${text})`,
        sql`count(${value})`,
      ];
    },
    fromSql: ([count, total, finite]) => ({
      count: Number(count),
      total: float ? Number(total ?? 0) : Decimal.from((total ?? "0") as string),
      usable: Number(count) === Number(finite),
    }),
    accumulator: () => sumAccumulator(column, type),
    judge: ({ count, total, usable }): Judgement => {
      if (count === 0 || !usable) return { passed: false, observed: null };
      if (typeof total === "number") {
        const value = of === "sum" ? total : total / count;
        return { passed: within(value, bounds), observed: value };
      }
      // mean ≥ min as sum ≥ min × count: no division, no rounding.
      const times = of === "sum" ? 1n : BigInt(count);
      return {
        passed: decimalWithin(total, bounds, times),
        observed: of === "sum" ? total.toString() : total.toNumber() / count,
      };
    },
  };
}

/** The standard deviation of the sample within limits. */
export function stddevRule(
  subject: string,
  column: string,
  type: LogicalType,
  bounds: Bounds<number>,
): AggregateRule<Moments> {
  checkBounds(subject, bounds, (a, b) => a - b);
  for (const bound of [bounds.min, bounds.max]) {
    if (bound !== undefined) floatOf(subject, bound);
  }
  return {
    kind: "aggregate",
    select: ({ column: name, dialect }) => {
      const value = sql`CAST(${name(column)} AS ${raw(dialect.columnType(FLOAT))})`;
      return [
        sql`count(${name(column)})`,
        sql`stddev_samp(${value}) FILTER (WHERE ${isFinite(value)})`,
        sql`count(*) FILTER (WHERE ${isFinite(value)})`,
      ];
    },
    fromSql: ([count, stddev, finite]) => ({
      count: Number(count),
      stddev: stddev === null ? null : Number(stddev),
      usable: Number(count) === Number(finite),
    }),
    accumulator: () => momentsAccumulator(column, type),
    judge: ({ stddev, usable }) =>
      stddev === null || !usable
        ? { passed: false, observed: null }
        : { passed: within(stddev, bounds), observed: stddev },
  };
}

const FLOAT = { type: { kind: "float64" }, nullable: true } as const;

function decimalWithin(total: Decimal, bounds: Bounds<AggregateBound>, times: bigint): boolean {
  const { min, max, minExclusive = false, maxExclusive = false } = bounds;
  return (
    above(total, min, minExclusive, times) &&
    above(total.negated(), negated(max), maxExclusive, times)
  );
}

function above(
  total: Decimal,
  bound: Decimal | number | undefined | AggregateBound,
  exclusive: boolean,
  times: bigint,
): boolean {
  if (bound === undefined) return true;
  const exact = decimalOf(bound);
  if (exact === undefined) return bound === -Infinity;
  const order = total.compare(exact.times(times));
  return exclusive ? order > 0 : order >= 0;
}

function negated(bound: AggregateBound | undefined): AggregateBound | undefined {
  if (bound === undefined) return undefined;
  return typeof bound === "number" ? -bound : decimalOf(bound)!.negated();
}
