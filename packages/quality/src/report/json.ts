import { Decimal, formatMicros } from "@lakewright/core";
import type { QualityRun } from "../run/quality-run.ts";
import { plain } from "../values/plain.ts";

/** A run as JSON. A field may be added under the same format; any other change has another number. */
export interface RunReport {
  readonly format: "lakewright.quality.run/1";
  readonly contract: string;
  readonly table: string;
  /** ISO text in UTC. */
  readonly now: string;
  /** "batches", or the engine's dialect. */
  readonly executor: string;
  readonly rows: number;
  readonly passed: boolean;
  readonly score: number;
  readonly results: readonly ReportedResult[];
  readonly failures: readonly ReportedFailure[];
}

export interface ReportedResult {
  readonly id: string;
  readonly check: string;
  readonly columns: readonly string[];
  readonly severity: string;
  readonly passed: boolean;
  readonly evaluated: number;
  readonly failed: number;
  readonly nulls: number;
  readonly observed: number | string | null;
  readonly threshold: string;
  readonly skipped: string | null;
}

export interface ReportedFailure {
  readonly check: string;
  readonly row: number | null;
  readonly key: Readonly<Record<string, Scalar>>;
  readonly values: Readonly<Record<string, Scalar>>;
  readonly reason: string;
}

/** A value in JSON: int64, decimals and dates as text, so that no digit is lost. */
export type Scalar = string | number | boolean | null;

export function runReport(run: QualityRun): RunReport {
  const { contract, table, now, executor, rows } = run.context;
  return {
    format: "lakewright.quality.run/1",
    contract,
    table,
    now: `${formatMicros(now)}Z`,
    executor,
    rows,
    passed: run.passed,
    score: run.score,
    results: run.results.map((result) => ({
      id: result.id,
      check: result.check,
      columns: result.columns,
      severity: result.severity,
      passed: result.passed,
      evaluated: result.evaluated,
      failed: result.failed,
      nulls: result.nulls,
      observed: result.observed,
      threshold: result.threshold,
      skipped: result.skipped ?? null,
    })),
    failures: run.failures().map((failure) => ({
      check: failure.check,
      row: failure.row ?? null,
      key: scalars(failure.key),
      values: scalars(failure.values),
      reason: failure.reason,
    })),
  };
}

function scalars(record: Readonly<Record<string, unknown>>): Record<string, Scalar> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, scalar(value)]));
}

function scalar(value: unknown): Scalar {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "bigint" || value instanceof Decimal) return String(value);
  return value instanceof Date ? value.toISOString() : plain(value);
}
