// Contracts
export { defineContract } from "./contract/contract.ts";
export type { CheckDescription, Contract, ContractOptions } from "./contract/contract.ts";
export type {
  AggregateBound,
  AnyColumnChecks,
  Bounds,
  ColumnChecks,
  Comparison,
  ContractBuilder,
  CountBounds,
  FreshnessLimit,
  InstantChecks,
  NumberChecks,
  OrderedChecks,
  TableChecks,
  TextChecks,
} from "./checks/builder.ts";
export type { CheckDefinition, Observed } from "./checks/definition.ts";
export type {
  CheckOptions,
  RowCheckOptions,
  Severity,
  ValueCheckOptions,
} from "./checks/options.ts";
export { formats } from "./pattern/formats.ts";
export type { FormatName } from "./pattern/formats.ts";
export { portablePattern } from "./pattern/parse.ts";

// Runs
export { QualityRun } from "./run/quality-run.ts";
export type { RunContext } from "./run/quality-run.ts";
export type { RunOptions } from "./run/run-options.ts";
export type { CheckResult, FailedRow } from "./run/result.ts";
export { severityWeights } from "./run/score.ts";
export type { ReportedFailure, ReportedResult, RunReport, Scalar } from "./report/json.ts";

// Quarantine
export { quarantineTable } from "./split/quarantine.ts";
export type { RejectedColumns, RelaxedColumns } from "./split/quarantine.ts";
export type { Split, SplitBatch, SplitOptions, SplitTotals } from "./split/split.ts";

// Errors
export { QualityError, qualityErrorCodes } from "./errors.ts";
export type { QualityErrorCode } from "./errors.ts";
