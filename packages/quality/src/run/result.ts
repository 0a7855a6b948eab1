import type { Observed } from "../checks/definition.ts";
import type { Severity } from "../checks/options.ts";

/** What one check found. */
export interface CheckResult {
  /** The check's name in the contract: "amount.between". */
  readonly id: string;
  /** What was checked: "between". */
  readonly check: string;
  /** The column, where it is one. */
  readonly column: string | undefined;
  /** All columns concerned; none for a check of the table. */
  readonly columns: readonly string[];
  readonly severity: Severity;
  readonly passed: boolean;
  /** Rows judged: those without a null, unless the check judges nulls. */
  readonly evaluated: number;
  /** Rows that failed; 0 for a check that judges the table, not its rows. */
  readonly failed: number;
  /** Rows left out because a column was null. */
  readonly nulls: number;
  /** Share of the judged rows that passed, or the number that was judged; null where there was nothing to judge. */
  readonly observed: Observed;
  /** What passes, in words: "at least 0.01". */
  readonly threshold: string;
  /** Why the check was not run; it counts as not passed, and not in the score. */
  readonly skipped: string | undefined;
}

/** A row that failed a check. */
export interface FailedRow {
  /** Id of the check. */
  readonly check: string;
  readonly column: string | undefined;
  /** Position of the row in the data, from 0; undefined on an engine, where rows have none. */
  readonly row: number | undefined;
  /** The values of the contract's key. */
  readonly key: Readonly<Record<string, unknown>>;
  /** The values of the check's columns. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Why it failed: "0.00 is not at least 0.01". */
  readonly reason: string;
}

/** What an executor hands over for one check. */
export interface Outcome {
  readonly evaluated: number;
  readonly failed: number;
  readonly nulls: number;
  /** For a check that does not judge row by row. */
  readonly verdict?: { readonly passed: boolean; readonly observed: Observed } | undefined;
  readonly skipped?: string | undefined;
  readonly rows: readonly FailedRow[];
}
