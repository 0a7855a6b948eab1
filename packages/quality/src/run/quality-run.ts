import type { Check } from "../checks/definition.ts";
import { QualityError } from "../errors.ts";
import { htmlReport } from "../report/html.ts";
import { type RunReport, runReport } from "../report/json.ts";
import type { CheckResult, FailedRow, Outcome } from "./result.ts";
import { scoreOf } from "./score.ts";

/** What a run knows besides its results. */
export interface RunContext {
  readonly contract: string;
  readonly table: string;
  /** Microseconds since 1970, as the run took for now. */
  readonly now: bigint;
  readonly rows: number;
  /** "batches", or the engine's dialect. */
  readonly executor: string;
}

/** The result of checking data against a contract. */
export class QualityRun {
  /** Whether every check of severity "error" passed. */
  readonly passed: boolean;
  /** From 0 to 1: the share of rows that passed, weighted by severity (error 3, warn 1, info 0). */
  readonly score: number;
  readonly results: readonly CheckResult[];
  readonly context: RunContext;
  private readonly rows: readonly FailedRow[];

  /** @internal */
  constructor(context: RunContext, results: readonly CheckResult[], rows: readonly FailedRow[]) {
    this.context = context;
    this.results = results;
    this.rows = rows;
    this.score = scoreOf(results);
    this.passed = results.every((result) => result.passed || result.severity !== "error");
  }

  /**
   * The rows that failed, at most `maxFailures` a check: all of them, or those of one column or one check (by its id).
   *
   * @throws QualityError QUALITY_INVALID_OPTION where the contract has no check of that column or id.
   */
  failures(columnOrCheck?: string): readonly FailedRow[] {
    if (columnOrCheck === undefined) return this.rows;
    const chosen = this.results.filter(
      (result) => result.id === columnOrCheck || result.columns.includes(columnOrCheck),
    );
    if (chosen.length === 0) {
      throw new QualityError(
        "QUALITY_INVALID_OPTION",
        `The contract "${this.context.contract}" checks no column, and has no check, "${columnOrCheck}".`,
        { hint: `Its checks are ${this.results.map((result) => result.id).join(", ")}.` },
      );
    }
    return this.rows.filter(
      (row) => row.check === columnOrCheck || Object.hasOwn(row.values, columnOrCheck),
    );
  }

  /** The run as plain data for JSON, of a versioned shape: exact values as text. */
  toJson(): RunReport {
    return runReport(this);
  }

  /** What JSON.stringify takes: {@link toJson}. */
  toJSON(): RunReport {
    return this.toJson();
  }

  /** A report of one file: no script, no request, light and dark, readable on a phone. */
  toHtml(): string {
    return htmlReport(this);
  }
}

/** The result of a check from what an executor counted. */
export function resultOf(check: Check, outcome: Outcome): CheckResult {
  const { evaluated, failed, nulls, verdict, skipped } = outcome;
  const share = evaluated === 0 ? null : (evaluated - failed) / evaluated;
  return {
    id: check.id,
    check: check.check,
    column: check.columns.length === 1 ? check.columns[0] : undefined,
    columns: check.columns,
    severity: check.severity,
    passed:
      skipped === undefined && (verdict ? verdict.passed : share === null || share >= check.mostly),
    evaluated,
    failed,
    nulls,
    observed: verdict ? verdict.observed : share,
    threshold: check.threshold,
    skipped,
  };
}
