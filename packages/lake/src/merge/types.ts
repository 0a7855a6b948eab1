import type { ChangeOptions, ChangeResult } from "../change/types.ts";
import type { Value } from "../expression/expression.ts";
import type { Where } from "../where/expression.ts";

/** What to do with a row of the table that a source row matches. The first clause whose condition holds is taken. */
export interface MatchedClause {
  /** A condition on both rows; columns of the source are `source("amount")`. Default true. */
  readonly when?: Where | undefined;
  readonly then: "update" | "delete" | "ignore";
  /** New values by column; the others stay. Default every column from the source column of its name. */
  readonly set?: Readonly<Record<string, Value>> | undefined;
}

/** What to do with a source row that matches nothing. */
export interface NotMatchedClause {
  /** A condition on the source row. Default true. */
  readonly when?: Where | undefined;
  readonly then: "insert" | "ignore";
  /** Values by column; a column left out is null. Default every column from the source column of its name. */
  readonly values?: Readonly<Record<string, Value>> | undefined;
}

/** What to do with a row of the table that no source row matches. */
export interface NotMatchedBySourceClause {
  /** A condition on the row of the table. Default true. */
  readonly when?: Where | undefined;
  readonly then: "update" | "delete" | "ignore";
  /** New values by column, which an update must have; the others stay. */
  readonly set?: Readonly<Record<string, Value>> | undefined;
}

export interface MergeOptions extends ChangeOptions {
  /** Columns that must be equal in both (null matches nothing), or a condition on both rows. */
  readonly on: readonly string[] | Where;
  readonly whenMatched?: "update" | "delete" | readonly MatchedClause[] | undefined;
  readonly whenNotMatched?: "insert" | readonly NotMatchedClause[] | undefined;
  readonly whenNotMatchedBySource?: "delete" | readonly NotMatchedBySourceClause[] | undefined;
}

/** What a merge did; `rowsMatched` counts rows of the table that a source row matched. */
export interface MergeResult extends ChangeResult {
  readonly rowsMatched: number;
  readonly sourceRows: number;
}

/** What a merge would do: the counts of its result, with nothing written. */
export interface MergePlan {
  /** The version the plan was made for. `run` fails where a later one contradicts it. */
  readonly version: bigint;
  readonly rowsMatched: number;
  readonly sourceRows: number;
  readonly rowsDeleted: number;
  readonly rowsUpdated: number;
  readonly rowsInserted: number;
  readonly filesTouched: number;
  readonly filesSkipped: number;
  /** Does it, once. */
  run(): Promise<MergeResult>;
}
