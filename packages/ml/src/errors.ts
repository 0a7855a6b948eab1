import { LakewrightError } from "@lakewright/core";

/** Every code `@lakewright/ml` throws. */
export const mlErrorCodes = [
  "ML_INVALID_OPTION",
  "ML_INVALID_DATA",
  "ML_INVALID_VALUE",
  "ML_INVALID_TARGET",
  "ML_FEATURE_MISMATCH",
  "ML_TOO_FEW_ROWS",
  "ML_HORIZON_NOT_COVERED",
  "ML_NOT_CONVERGED",
  "ML_INVALID_MODEL",
] as const;

export type MlErrorCode = (typeof mlErrorCodes)[number];

/** What `@lakewright/ml` throws. */
export class MlError extends LakewrightError<MlErrorCode> {
  override readonly name = "MlError";
}
