import type { Fact } from "../../define/fact.ts";
import type { Measures } from "./metrics.ts";
import type { Names } from "./names.ts";

/** A step of time. Weeks start on Monday. */
export type Grain = "day" | "week" | "month" | "quarter" | "year";

/** Groups by a step of time: the first day of each, as a date. */
export interface TimeGrain<T extends string = string> {
  /** A date or timestamp of the fact, or the role of a calendar. A timestamp counts by its day in UTC. */
  readonly time: T;
  /** How long a step is. */
  readonly grain: Grain;
  /** Name of the column in the result. Default `<time>_<grain>`. */
  readonly as?: string | undefined;
}

/** A value of a column: an int64 as a bigint, a decimal, a date or an instant as text. */
export type FilterValue = string | number | bigint | boolean;

/**
 * What a dimension must be: a value (null: none), one of several, or within a range, from `from` and before `before`.
 */
export type Filter =
  | FilterValue
  | null
  | readonly (FilterValue | null)[]
  | { readonly from?: FilterValue; readonly before?: FilterValue };

/**
 * A question to the metrics of a fact.
 *
 * @typeParam M - the measures it asks for
 * @typeParam D - the dimensions there are
 * @typeParam B - what it groups by
 * @typeParam H - the measures there are
 */
export interface MetricsQuery<
  M extends string = string,
  D extends string = string,
  B extends string | TimeGrain = D | TimeGrain,
  H extends string = M,
> {
  /** Measures by name, one column each; at least one. */
  readonly measures: readonly M[];
  /** What to group by: columns of the fact ("channel") or of a role's dimension ("user.country"), steps of time. Default: all facts are one group. */
  readonly by?: readonly B[] | undefined;
  /** Conditions that all hold, by dimension. Default none. */
  readonly where?: Readonly<Partial<Record<D, Filter>>> | undefined;
  /** Conditions on measures, after grouping: at least `from` and below `before`. Default none. */
  readonly having?:
    | Readonly<Partial<Record<H, { readonly from?: FilterValue; readonly before?: FilterValue }>>>
    | undefined;
  /** Columns of the result to sort by, ascending unless said, nulls last. Default: what it is grouped by. */
  readonly orderBy?:
    readonly (string | { readonly column: string; readonly descending: boolean })[] | undefined;
  /** Rows of the answer, at most: the first in its order. Default all. */
  readonly limit?: number | undefined;
}

/** A question to these metrics, of names that are there: for the measures `P`, by `B`. */
export type QuestionOf<
  F extends Fact,
  M extends Measures,
  P extends keyof M & string,
  B extends Names<F>["group"],
> = MetricsQuery<P, Names<F>["dimension"], B, keyof M & string>;
