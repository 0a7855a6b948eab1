import { LakewrightError } from "@lakewright/core";

/** Every code `@lakewright/reconcile` throws. */
export const reconcileErrorCodes = [
  "RECONCILE_INVALID_LINKER",
  "RECONCILE_INVALID_OPTION",
  "RECONCILE_UNKNOWN_COLUMN",
  "RECONCILE_INVALID_ID",
  "RECONCILE_DUPLICATE_ID",
  "RECONCILE_UNKNOWN_RECORD",
  "RECONCILE_MODEL_MISMATCH",
  "RECONCILE_LIMIT",
] as const;

export type ReconcileErrorCode = (typeof reconcileErrorCodes)[number];

/** What `@lakewright/reconcile` throws. */
export class ReconcileError extends LakewrightError<ReconcileErrorCode> {
  override readonly name = "ReconcileError";
}
