import { date, defineTable, int32 } from "@lakewright/core";
import {
  and,
  caseWhen,
  coalesce,
  countDistinct,
  eq,
  type Expr,
  expr,
  inList,
  ne,
  type Numeric,
  source,
  sum,
} from "@lakewright/warehouse/models";

/**
 * One row: the day the tables are as of, and the year before it. The models read it, so that their SQL stays the same
 * from day to day. Day numbers are those of dim_date, days since 1970.
 */
export const periodTable = defineTable("gold_period", {
  /** The day the tables are as of. */
  as_of: date(),
  as_of_day: int32(),
  /** The first day of the year that ends with it. */
  period_start: date(),
  period_start_day: int32(),
  /** When customers are looked at again: in a week, a month, a quarter. */
  in_a_week: date(),
  in_a_month: date(),
  in_a_quarter: date(),
});

export const period = source(periodTable, periodTable.name, {
  description: "The day gold is as of, and the year before it.",
});

/** Days of the period. */
export const PERIOD_DAYS = 365;

/** How many rows the condition is true for. */
export function countIf(condition: Expr): Expr<number> {
  return coalesce(sum(caseWhen<number>([[condition, 1]], 0)), 0) as Expr<number>;
}

/** The sum over the rows the condition is true for, 0 where there is none. */
export function sumIf(condition: Expr, value: Expr<Numeric | null>): Expr<Numeric> {
  return coalesce(sum(caseWhen<Numeric | null>([[condition, value]], 0)), 0) as Expr<Numeric>;
}

/** How many different values there are among the rows the condition is true for. */
export function distinctIf(condition: Expr, value: Expr): Expr<bigint> {
  return countDistinct(caseWhen([[condition, value]]));
}

/** The mean over the rows the condition is true for, as a double; null where there is none. */
export function share(part: Expr<Numeric | null>, of: Expr<Numeric | null>): Expr<number | null> {
  return percentOf(part, of, 1);
}

/** `factor · a / b` as a double; null where b is 0. */
export function percentOf(
  a: Expr<Numeric | null>,
  b: Expr<Numeric | null>,
  factor = 100,
): Expr<number | null> {
  return expr<number | null>`(${factor} * ${asDouble(a)} / NULLIF(${asDouble(b)}, 0))`;
}

interface Line {
  readonly document_type: Expr<string>;
  readonly document_state: Expr<string>;
}

/** Lines that are revenue: invoices, and credit notes, which are negative. */
export function isRevenue(line: Line): Expr<boolean | null> {
  return inList(line.document_type, ["Invoice", "CreditNote"]);
}

/** Lines of orders that stand. */
export function isOrder(line: Line): Expr<boolean | null> {
  return and(eq(line.document_type, "Order"), ne(line.document_state, "Cancelled"));
}

/** The number as a double, in words every engine knows. */
export function asDouble(value: Expr<Numeric | null>): Expr<number | null> {
  return expr<number | null>`(${value} * 1e0)`;
}

/** The value, kept between two bounds. Null stays null. */
export function clamp(value: Expr<number | null>, low: number, high: number): Expr<number | null> {
  return expr<
    number | null
  >`(CASE WHEN ${value} < ${low} THEN ${low} WHEN ${value} > ${high} THEN ${high} ELSE ${value} END)`;
}
