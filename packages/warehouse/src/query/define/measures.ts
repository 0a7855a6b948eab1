import type { Column, ColumnValue } from "@lakewright/core";
import type { Sql } from "@lakewright/sql";

/** An aggregate of a column; of no column, it counts rows. */
export interface AggregateMeasure<
  A extends Aggregate = Aggregate,
  C extends string | undefined = string | undefined,
> {
  readonly kind: "aggregate";
  readonly name: A;
  /** A column of the fact, or, to count distinct members, the name of a role; undefined counts rows. */
  readonly column: C;
  readonly where: Sql | undefined;
}

type Aggregate = "sum" | "min" | "max" | "avg" | "count" | "countDistinct";

/** The sum of a level at the last moment of a group. */
export interface LastMeasure<C extends string = string, T extends string = string> {
  readonly kind: "last";
  readonly column: C;
  readonly over: T;
}

/** One measure by another. */
export interface RatioMeasure<N extends string = string, D extends string = string> {
  readonly kind: "ratio";
  readonly numerator: N;
  readonly denominator: D;
}

/** An aggregate in SQL. */
export interface ExpressionMeasure<V = unknown> {
  readonly kind: "expression";
  readonly sql: Sql;
  readonly column: Column<V, unknown> | undefined;
}

/** A number a group of facts has. */
export type Measure = AggregateMeasure | LastMeasure | RatioMeasure | ExpressionMeasure;

/** Which facts a measure is of. */
interface MeasureOptions {
  /** Only facts for which it holds count: a condition on columns of the fact, called `f`. Default: all of the group. */
  readonly where?: Sql | undefined;
}

function aggregate<A extends Aggregate, C extends string | undefined>(
  name: A,
  column: C,
  { where }: MeasureOptions = {},
): AggregateMeasure<A, C> {
  return { kind: "aggregate", name, column, where };
}

/** The sum of a column; null for a group without a value. */
export const sum = <const C extends string>(
  column: C,
  options?: MeasureOptions,
): AggregateMeasure<"sum", C> => aggregate("sum", column, options);

/** The smallest value of a column. */
export const min = <const C extends string>(
  column: C,
  options?: MeasureOptions,
): AggregateMeasure<"min", C> => aggregate("min", column, options);

/** The largest value of a column. */
export const max = <const C extends string>(
  column: C,
  options?: MeasureOptions,
): AggregateMeasure<"max", C> => aggregate("max", column, options);

/** The mean of a column, a float64; nulls do not count. */
export const avg = <const C extends string>(
  column: C,
  options?: MeasureOptions,
): AggregateMeasure<"avg", C> => aggregate("avg", column, options);

/** The number of facts, or of those with a value in the column. */
export const count = <const C extends string | undefined = undefined>(
  column?: C,
  options?: MeasureOptions,
): AggregateMeasure<"count", C> => aggregate("count", column as C, options);

/**
 * The number of different values of a column, or, given the name of a role, of different members: versions of one member
 * count once, the unknown one does not count.
 */
export const countDistinct = <const C extends string>(
  columnOrRole: C,
  options?: MeasureOptions,
): AggregateMeasure<"countDistinct", C> => aggregate("countDistinct", columnOrRole, options);

/**
 * The sum of a level at the last moment of the group: what may be added up across products but not across days, such as
 * stock (a semi-additive measure).
 *
 * @param over - the date or timestamp column of the fact that says when a level was read, or the role of its calendar
 */
export const last = <const C extends string, const T extends string>(
  column: C,
  over: T,
): LastMeasure<C, T> => ({ kind: "last", column, over });

/** One measure by another, a float64; null where the other is 0. Sums are divided, never averages of rows averaged. */
export const ratio = <const N extends string, const D extends string>(
  numerator: N,
  denominator: D,
): RatioMeasure<N, D> => ({ kind: "ratio", numerator, denominator });

/**
 * An aggregate in SQL of your own, over columns of the fact, called `f`: `` expression(sql`sum(f.amount * f.rate)`) ``.
 *
 * @param column - what it gives, on every engine: `nullable(decimal(38, 4))`. Default: what the engine makes of it.
 */
export const expression = <C extends Column = Column>(
  sql: Sql,
  column?: C,
): ExpressionMeasure<ColumnValue<C>> => ({
  kind: "expression",
  sql,
  column: column as Column<ColumnValue<C>, unknown> | undefined,
});
