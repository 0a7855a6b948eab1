import type { Column, ColumnInput, Columns, ColumnValue, Decimal, RowOf } from "@lakewright/core";
import type { EngineTable } from "@lakewright/sql";
import type { FormatName } from "../pattern/formats.ts";
import type { CheckDefinition } from "./definition.ts";
import type { CheckOptions, RowCheckOptions, ValueCheckOptions } from "./options.ts";

/** Limits of a value. Give one or both; both are included unless said otherwise. */
export interface Bounds<In> {
  readonly min?: In | undefined;
  readonly max?: In | undefined;
  /** Whether the minimum itself is out of bounds. Default false. */
  readonly minExclusive?: boolean | undefined;
  /** Whether the maximum itself is out of bounds. Default false. */
  readonly maxExclusive?: boolean | undefined;
}

/** Limits of a count: `{ min: 1 }`, `{ min: 5, max: 5 }`. */
export interface CountBounds {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** A limit of a sum or mean, exact where the column is. */
export type AggregateBound = number | bigint | string | Decimal;

export interface FreshnessLimit {
  /** Hours between the newest instant and `now`, at most. */
  readonly maxAgeHours: number;
}

/** How two columns are compared. */
export type Comparison = "<" | "<=" | "=" | "!=" | ">=" | ">";

/** Checks that every column has. */
export interface AnyColumnChecks<C extends Column> {
  /** No null; with `mostly`, the completeness at least. */
  notNull(options?: RowCheckOptions): CheckDefinition;
  /** No value twice; every row of a value that comes twice fails. Nulls are not compared. */
  unique(options?: RowCheckOptions): CheckDefinition;
  /** Only these values. */
  oneOf(values: readonly ValueIn<C>[], options?: ValueCheckOptions): CheckDefinition;
  /** None of these values. */
  noneOf(values: readonly ValueIn<C>[], options?: ValueCheckOptions): CheckDefinition;
  /** Every value is among these. */
  references(values: Iterable<ValueIn<C>>, options?: ValueCheckOptions): CheckDefinition;
  /** Every value is in that column of a table of an engine. */
  references(table: EngineTable, column: string, options?: ValueCheckOptions): CheckDefinition;
  /** The number of different values; null is none. */
  distinctCount(bounds: CountBounds, options?: CheckOptions): CheckDefinition;
}

/** Checks of columns whose values have an order: numbers, decimals, dates, timestamps. */
export interface OrderedChecks<C extends Column> {
  /** Every value within the limits, compared exactly. NaN is within none. */
  between(bounds: Bounds<ValueIn<C>>, options?: ValueCheckOptions): CheckDefinition;
}

/** Checks of text columns. */
export interface TextChecks {
  /**
   * Every text contains a match of the pattern: anchor it with ^ and $ for the whole. The syntax is what JavaScript,
   * RE2 and Postgres read alike.
   *
   * Batches are matched by JavaScript, which tries every way a repetition inside a repetition can be split: `(a+)+$`
   * takes exponential time on some texts. Write `a+$`.
   */
  matches(pattern: string | RegExp, options?: ValueCheckOptions): CheckDefinition;
  /** Every text has the form of that name. */
  format(name: FormatName, options?: ValueCheckOptions): CheckDefinition;
  /** The length of every text in code points. */
  length(bounds: CountBounds, options?: ValueCheckOptions): CheckDefinition;
}

/** Checks of number columns. */
export interface NumberChecks {
  /** The mean of the values. No value, or one that is not finite, fails. */
  mean(bounds: Bounds<AggregateBound>, options?: CheckOptions): CheckDefinition;
  /** The sum of the values. No value, or one that is not finite, fails. */
  sum(bounds: Bounds<AggregateBound>, options?: CheckOptions): CheckDefinition;
  /** The standard deviation of the sample (n − 1). Less than two values, or one that is not finite, fail. */
  stddev(bounds: Bounds<number>, options?: CheckOptions): CheckDefinition;
}

/** Checks of columns of instants. */
export interface InstantChecks {
  /** The newest instant is at most so old. No instant fails; one in the future is fresh. */
  freshness(limit: FreshnessLimit, options?: CheckOptions): CheckDefinition;
}

type ValueOf<C extends Column> = NonNullable<ColumnValue<C>>;
type ValueIn<C extends Column> = NonNullable<ColumnInput<C>>;
type IsInstant<C extends Column> = Date extends ColumnInput<C> ? true : false;

/** The checks that fit a column's type; any other is a compile error. */
export type ColumnChecks<C extends Column> = AnyColumnChecks<C> &
  (ValueOf<C> extends number | bigint | string | Decimal | Date ? OrderedChecks<C> : unknown) &
  (ValueOf<C> extends string ? TextChecks : unknown) &
  (IsInstant<C> extends true
    ? InstantChecks
    : ValueOf<C> extends number | bigint | Decimal
      ? NumberChecks
      : unknown);

type NamesLike<C extends Columns, A extends keyof C> = {
  [B in keyof C]: ValueOf<C[B]> extends ValueOf<C[A]> ? B : never;
}[keyof C];

/** Checks of the table as a whole. */
export interface TableChecks<C extends Columns> {
  /** The columns together come once; rows with a null in one are not compared. */
  $unique(columns: readonly (keyof C & string)[], options?: RowCheckOptions): CheckDefinition;
  /** The number of rows. */
  $rowCount(bounds: CountBounds, options?: CheckOptions): CheckDefinition;
  /** The data has the columns of the table, in its types, and no other. */
  $schema(options?: CheckOptions): CheckDefinition;
  /** Two columns of every row in that relation; rows with a null in one are left out, NaN is in no relation. */
  $compare<A extends keyof C & string>(
    left: A,
    comparison: Comparison,
    right: NamesLike<C, A> & string,
    options?: ValueCheckOptions,
  ): CheckDefinition;
  /** The predicate holds for every row. On rows and batches only: an engine cannot run it. */
  $satisfies(
    name: string,
    predicate: (row: RowOf<C>) => boolean,
    options?: RowCheckOptions,
  ): CheckDefinition;
}

/** What the function given to `defineContract` gets: checks by column, and those of the table. */
export type ContractBuilder<C extends Columns> = TableChecks<C> & {
  readonly [K in keyof C]: ColumnChecks<C[K]>;
};
