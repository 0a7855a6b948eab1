import { CoreError, showValue } from "@lakewright/core";
import type { Isolation, LockOptions, QueryOptions, TransactionOptions } from "../engine.ts";

const QUERY_OPTIONS: readonly (keyof QueryOptions)[] = ["signal", "batchRows", "timeoutMs"];
const ISOLATIONS: readonly Isolation[] = ["read committed", "repeatable read", "serializable"];

/** @throws CoreError CORE_INVALID_OPTION for an option that does not exist, and batches that would never be full. */
export function checkQueryOptions(call: string, options: QueryOptions): void {
  assertKnownOptions(call, options, QUERY_OPTIONS);
  assertInteger(call, "batchRows", options.batchRows, 1);
  assertInteger(call, "timeoutMs", options.timeoutMs, 1);
}

/** @throws CoreError CORE_INVALID_OPTION */
export function checkTransactionOptions(options: TransactionOptions): void {
  const call = "transaction()";
  const { isolation, readOnly, mayLag, retries, ...query } = options;
  assertKnownOptions(call, query, [...QUERY_OPTIONS, "isolation", "readOnly", "mayLag", "retries"]);
  checkQueryOptions(call, query);
  assertInteger(call, "retries", retries, 0);
  if (isolation !== undefined && !ISOLATIONS.includes(isolation)) {
    throw invalid(call, "isolation", isolation, `Give one of ${ISOLATIONS.join(", ")}.`);
  }
  if (readOnly !== undefined && typeof readOnly !== "boolean") {
    throw invalid(call, "readOnly", readOnly, "Give true or false.");
  }
  if (mayLag !== undefined && (typeof mayLag !== "boolean" || (mayLag && readOnly !== true))) {
    throw invalid(
      call,
      "mayLag",
      mayLag,
      "Give true together with readOnly: true, or leave it out.",
    );
  }
}

/** @throws CoreError CORE_INVALID_OPTION */
export function checkLockOptions(name: string, options: LockOptions): void {
  const call = "withLock()";
  if (typeof name !== "string" || name === "") throw invalid(call, "name", name, "Give it a name.");
  assertKnownOptions(call, options, ["signal", "waitMs"]);
  assertInteger(call, "waitMs", options.waitMs, 0);
}

function assertInteger(call: string, option: string, value: number | undefined, min: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= min)) return;
  throw invalid(call, option, value, `Give an integer from ${min}, or leave it out.`);
}

function invalid(call: string, option: string, value: unknown, hint: string): CoreError {
  return new CoreError("CORE_INVALID_OPTION", `${call}: ${option} is ${showValue(value)}.`, {
    hint,
    details: { option },
  });
}

/** @throws CoreError CORE_INVALID_OPTION naming an option that does not exist. */
export function assertKnownOptions(
  subject: string,
  options: object,
  known: readonly string[],
): void {
  if (typeof options !== "object" || (options as object | null) === null) {
    throw new CoreError(
      "CORE_INVALID_OPTION",
      `${subject} has the options ${showValue(options)}, which is no object.`,
      { hint: `Its options are { ${known.join(", ")} }.` },
    );
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new CoreError("CORE_INVALID_OPTION", `${subject} has no option "${unknown}".`, {
    hint: `Its options are ${known.join(", ")}.`,
    details: { subject, option: unknown },
  });
}
