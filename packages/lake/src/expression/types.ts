import type { LogicalType, Table } from "@lakewright/core";
import type { Data, RecordBatch } from "apache-arrow";
import type { Bound } from "../where/bind.ts";
import type { Expression } from "./expression.ts";

/** The tables whose columns an expression may name. Where both have a name, it is the target's. */
export interface Scope {
  readonly target?: Table | undefined;
  readonly source?: Table | undefined;
  /** Whether `current_timestamp` and `current_date` are known: where rows are written. Default false. */
  readonly clock?: boolean | undefined;
}

/** Rows to evaluate on: row i of the target stands beside row i of the source. */
export interface RowSet {
  readonly rows: number;
  readonly target?: RecordBatch | undefined;
  readonly source?: RecordBatch | undefined;
  /** The time of the statement, in microseconds since 1970. */
  readonly now?: bigint | undefined;
}

/** Top-level columns an expression looks at. */
export interface ColumnsUsed {
  readonly target: readonly string[];
  readonly source: readonly string[];
}

/** An expression that gives the values of a column. */
export interface BoundValue {
  readonly type: LogicalType;
  readonly columns: ColumnsUsed;
  /** @throws LakeError LAKE_INVALID_VALUE where a row overflows, divides by zero or cannot be cast. */
  evaluate(rows: RowSet): Data;
}

/** A condition on rows of a target, a source or both. */
export interface BoundCondition {
  readonly columns: ColumnsUsed;
  /** For each row 0 false, 1 true, 2 unknown. Rows for which `mask` is 0 raise no error, and their truth means nothing. */
  truth(rows: RowSet, mask?: Uint8Array): Uint8Array;
  /** The rows for which the condition is true. */
  matching(rows: RowSet): Int32Array;
  /** What a row of the target must meet at least: the parts that look at the target only. */
  readonly pruning: Bound | undefined;
}

/** A condition taken apart for a join. */
export interface JoinCondition {
  /** Expressions that must be equal, of the target and of the source. */
  readonly equal: readonly { readonly target: Expression; readonly source: Expression }[];
  /** What else must hold. */
  readonly rest: Expression | undefined;
}
