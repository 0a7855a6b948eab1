/** What a test of a model found. */
export interface TestResult {
  readonly name: string;
  readonly kind: string;
  readonly columns: readonly string[];
  readonly severity: "error" | "warn";
  readonly status: "pass" | "warn" | "fail";
  /** Rows that fail; for `unique` combinations, for `rowCount` 1. */
  readonly failures: number;
  /** Some of them. */
  readonly sample: readonly Readonly<Record<string, unknown>>[];
}

/** What a run did with a model. */
export interface ModelRun {
  readonly name: string;
  /** "skipped" for what reads a model that failed, or comes after a stop. */
  readonly status: "success" | "failed" | "skipped";
  readonly materialization: string;
  /** Rows the model has after the run; undefined for a view. */
  readonly rows: number | undefined;
  /** Rows written: those of a table, of touched partitions, changed rows of a key. */
  readonly written: number | undefined;
  readonly ms: number;
  readonly tests: readonly TestResult[];
  /** Why it failed; what was there before is there still. */
  readonly error: unknown;
  /** Why it was skipped. */
  readonly reason: string | undefined;
}

/** What a run did. Models in the order they were taken. */
export interface ModelsRun {
  readonly runId: string;
  /** When it started. */
  readonly at: Date;
  /** No model failed or was skipped. */
  readonly ok: boolean;
  readonly models: readonly ModelRun[];
  /** A line for each model, and for each test that did not pass. */
  toString(): string;
}
