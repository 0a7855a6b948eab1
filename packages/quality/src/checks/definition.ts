import type { Dialect, EngineTable, Sql } from "@lakewright/sql";
import type { Accumulator } from "../batch/accumulator.ts";
import type { BatchView } from "../batch/view.ts";
import type { Severity } from "./options.ts";

/** A check of a contract, as a builder gives it. */
export interface CheckDefinition {
  /** What is checked: "between", "unique". */
  readonly check: string;
  readonly columns: readonly string[];
  readonly severity: Severity;
  /** Share of the judged values that must pass, 0 to 1. */
  readonly mostly: number;
  /** What passes, in words: "at least 0.01". */
  readonly threshold: string;
  /** @internal */
  readonly givenName: string | undefined;
  /** @internal */
  readonly nulls: "skip" | "fail";
  /** @internal */
  readonly rule: Rule;
}

/** A definition that has its place and id in a contract. */
export interface Check extends CheckDefinition {
  readonly id: string;
}

/** How a check is run. */
export type Rule =
  RowRule | UniqueRule | AggregateRule | RowCountRule | { readonly kind: "schema" };

/** What a column is called in a query. */
export interface SqlScope {
  readonly dialect: Dialect;
  /** The table checked. */
  readonly table: EngineTable;
  column(name: string): Sql;
}

/**
 * A judgement of every row by itself, written twice: as SQL and as a kernel over columns. Both see the same rows: those
 * in which no column of the rule is null, unless it judges nulls itself.
 */
export interface RowRule {
  readonly kind: "row";
  /** The rule looks at nulls itself: nothing is left out. Default false. */
  readonly judgesNulls?: boolean | undefined;
  /** The condition cannot be part of an aggregate (it has a subquery). Default false. */
  readonly separate?: boolean | undefined;
  /** True for a row that fails. @throws QualityError QUALITY_UNSUPPORTED where no engine can say so. */
  failsSql(scope: SqlScope): Sql;
  /** The kernel of one run; what it must load, it loads here. */
  kernel(signal?: AbortSignal): RowKernel | Promise<RowKernel>;
  /** The columns a failing row fails by, where these are not all of the check's. */
  concerned?(values: readonly unknown[]): readonly string[];
  /** Why a row fails, from the values of the check's columns: "0.00 is not at least 0.01". */
  reason(values: readonly unknown[]): string;
}

/** Sets `mask[i]` to 1 for every row that fails; what it does to rows with nulls does not matter. */
export type RowKernel = (view: BatchView, mask: Uint8Array) => void;

export interface UniqueRule {
  readonly kind: "unique";
}

export interface RowCountRule {
  readonly kind: "rowCount";
  judge(rows: number): boolean;
}

/** A judgement of one number made of all values of a column. */
export interface AggregateRule<S = unknown> {
  readonly kind: "aggregate";
  /** The select items the summary is made of, nulls left out. */
  select(scope: SqlScope): readonly Sql[];
  /** The summary of those items as the engine gave them. */
  fromSql(items: readonly unknown[]): S;
  accumulator(): Accumulator<S>;
  judge(summary: S, context: { readonly now: bigint }): Judgement;
}

export interface Judgement {
  readonly passed: boolean;
  readonly observed: Observed;
}

/** What a check saw: a share, a count, an exact sum as text; null where there was nothing to see. */
export type Observed = number | string | null;
