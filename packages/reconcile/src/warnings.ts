import { warn } from "@lakewright/core";

/** What training and clustering may warn of. */
export type ReconcileWarningCode =
  "BLOCKS_SKIPPED" | "NOT_TRAINED" | "NOT_CONVERGED" | "NO_MATCHES" | "COMPONENT_SPLIT";

/** Something to know about a result that is no error. */
export interface ReconcileWarning {
  readonly code: ReconcileWarningCode;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Makes a warning, and publishes it on the channel `lakewright:warning`. */
export function warning(
  code: ReconcileWarningCode,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): ReconcileWarning {
  warn(`RECONCILE_${code}`, message, details);
  return { code, message, details };
}
