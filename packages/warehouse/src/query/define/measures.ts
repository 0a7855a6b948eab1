import type { Sql } from "@lakewright/sql";

/** A number a group of facts has. */
export type Measure =
  | {
      readonly kind: "aggregate";
      readonly name: "sum" | "min" | "max" | "avg" | "count" | "countDistinct";
      /** A column of the fact, or, to count distinct members, the name of a role; undefined counts rows. */
      readonly column: string | undefined;
      readonly where: Sql | undefined;
    }
  | { readonly kind: "last"; readonly column: string; readonly over: string }
  | { readonly kind: "ratio"; readonly numerator: string; readonly denominator: string }
  | { readonly kind: "expression"; readonly sql: Sql };

interface MeasureOptions {
  /** Only facts for which it holds count: a condition on columns of the fact, called `f`. */
  readonly where?: Sql | undefined;
}

function aggregate(
  name: Extract<Measure, { kind: "aggregate" }>["name"],
  column: string | undefined,
  { where }: MeasureOptions = {},
): Measure {
  return { kind: "aggregate", name, column, where };
}

/** The sum of a column; null for a group without a value. */
export const sum = (column: string, options?: MeasureOptions): Measure =>
  aggregate("sum", column, options);

/** The smallest value of a column. */
export const min = (column: string, options?: MeasureOptions): Measure =>
  aggregate("min", column, options);

/** The largest value of a column. */
export const max = (column: string, options?: MeasureOptions): Measure =>
  aggregate("max", column, options);

/** The mean of a column, a float64; nulls do not count. */
export const avg = (column: string, options?: MeasureOptions): Measure =>
  aggregate("avg", column, options);

/** The number of facts, or of those with a value in the column. */
export const count = (column?: string, options?: MeasureOptions): Measure =>
  aggregate("count", column, options);

/**
 * The number of different values of a column, or, given the name of a role, of different members: versions of one member
 * count once, the unknown one does not count.
 */
export const countDistinct = (columnOrRole: string, options?: MeasureOptions): Measure =>
  aggregate("countDistinct", columnOrRole, options);

/**
 * The sum of a level at the last moment of the group: what may be added up across products but not across days, such as
 * stock (a semi-additive measure).
 *
 * @param over - the date or timestamp column of the fact that says when a level was read, or the role of its calendar
 */
export const last = (column: string, over: string): Measure => ({ kind: "last", column, over });

/** One measure by another, a float64; null where the other is 0. Sums are divided, never averages of rows averaged. */
export const ratio = (numerator: string, denominator: string): Measure => ({
  kind: "ratio",
  numerator,
  denominator,
});

/** An aggregate in SQL of your own, over columns of the fact, called `f`: `` expression(sql`sum(f.amount * f.rate)`) ``. */
export const expression = (sql: Sql): Measure => ({ kind: "expression", sql });
