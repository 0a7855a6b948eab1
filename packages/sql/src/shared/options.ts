import { CoreError, showValue } from "@lakewright/core";
import type { QueryOptions } from "../engine.ts";

/** @throws CoreError CORE_INVALID_OPTION for an option that does not exist, and batches that would never be full. */
export function checkQueryOptions(call: string, options: QueryOptions): void {
  assertKnownOptions(call, options, ["signal", "batchRows"]);
  const { batchRows } = options;
  if (batchRows === undefined || (Number.isSafeInteger(batchRows) && batchRows > 0)) return;
  throw new CoreError(
    "CORE_INVALID_OPTION",
    `${call}: batchRows is ${showValue(batchRows)}, which is no number of rows.`,
    { hint: "Give an integer from 1, or leave it out.", details: { option: "batchRows" } },
  );
}

/** @throws CoreError CORE_INVALID_OPTION naming an option that does not exist. */
export function assertKnownOptions(
  subject: string,
  options: object,
  known: readonly string[],
): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new CoreError("CORE_INVALID_OPTION", `${subject} has no option "${unknown}".`, {
    hint: `Its options are ${known.join(", ")}.`,
    details: { subject, option: unknown },
  });
}
