import { LakewrightError } from "@lakewright/core";

/** Every code `@lakewright/lake` throws. */
export const lakeErrorCodes = [
  "LAKE_TABLE_NOT_FOUND",
  "LAKE_TABLE_EXISTS",
  "LAKE_VERSION_NOT_FOUND",
  "LAKE_COMMIT_CONFLICT",
  "LAKE_SCHEMA_MISMATCH",
  "LAKE_INVALID_VALUE",
  "LAKE_INVALID_OPTION",
  "LAKE_INVALID_EXPRESSION",
  "LAKE_CONSTRAINT_VIOLATED",
  "LAKE_MERGE_AMBIGUOUS",
  "LAKE_UNSUPPORTED_FEATURE",
  "LAKE_CORRUPT_LOG",
  "LAKE_INVALID_TEXT",
  "LAKE_CORRUPT_PARQUET",
  "LAKE_UNSUPPORTED_PARQUET",
  "LAKE_ENCRYPTED",
  "LAKE_STORE_NOT_FOUND",
  "LAKE_STORE_PERMISSION",
  "LAKE_STORE_FULL",
  "LAKE_STORE_FAILED",
  "LAKE_STORE_UNSAFE",
] as const;

export type LakeErrorCode = (typeof lakeErrorCodes)[number];

/** What `@lakewright/lake` throws. LAKE_COMMIT_CONFLICT names the winning version in `details.winner`. */
export class LakeError extends LakewrightError<LakeErrorCode> {
  override readonly name = "LakeError";
}

/** Whether an error is a LakeError, of one of the codes where any are given. */
export function isLakeError(
  error: unknown,
  ...codes: readonly LakeErrorCode[]
): error is LakeError {
  return error instanceof LakeError && (codes.length === 0 || codes.includes(error.code));
}
