import { LakewrightError } from "@lakewright/core";

/** Every code `@lakewright/quality` throws. */
export const qualityErrorCodes = [
  "QUALITY_INVALID_CONTRACT",
  "QUALITY_CHECK_TYPE",
  "QUALITY_INVALID_PATTERN",
  "QUALITY_INVALID_OPTION",
  "QUALITY_UNSUPPORTED",
  "QUALITY_PREDICATE_FAILED",
] as const;

export type QualityErrorCode = (typeof qualityErrorCodes)[number];

/** What `@lakewright/quality` throws. A check that fails is no error: it is a result of the run. */
export class QualityError extends LakewrightError<QualityErrorCode> {
  override readonly name = "QualityError";
}
