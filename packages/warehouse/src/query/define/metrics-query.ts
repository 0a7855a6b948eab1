/** A step of time. Weeks start on Monday. */
export type Grain = "day" | "week" | "month" | "quarter" | "year";

/** Groups by a step of time: the first day of each, as a date. */
export interface TimeGrain<T extends string = string> {
  /** A date or timestamp of the fact, or the role of a calendar. A timestamp counts by its day in UTC. */
  readonly time: T;
  readonly grain: Grain;
  /** Name of the column in the result. Default `<time>_<grain>`. */
  readonly as?: string | undefined;
}

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
  /** Measures, one column each. */
  readonly measures: readonly M[];
  /** What to group by: columns of the fact ("channel") or of a role's dimension ("user.country"), steps of time. */
  readonly by?: readonly B[] | undefined;
  /** Conditions that all hold, by dimension. */
  readonly where?: Readonly<Partial<Record<D, Filter>>> | undefined;
  /** Conditions on measures, after grouping: at least `from` and below `before`. */
  readonly having?:
    | Readonly<Partial<Record<H, { readonly from?: FilterValue; readonly before?: FilterValue }>>>
    | undefined;
  /** Columns of the result to sort by, ascending unless said. Default: what it is grouped by. */
  readonly orderBy?:
    readonly (string | { readonly column: string; readonly descending: boolean })[] | undefined;
  readonly limit?: number | undefined;
}
