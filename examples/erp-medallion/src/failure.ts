import { type ErrorContext, LakewrightError } from "@lakewright/core";

/** Every code this example throws itself; the packages it is made of have theirs. */
export type ErpErrorCode =
  | "ERP_INVALID_OPTION"
  | "ERP_SOURCE"
  | "ERP_ENGINE"
  | "ERP_OUTPUT"
  | "ERP_OUTPUT_IN_USE"
  | "ERP_BALANCE"
  | "ERP_MISSING_TABLE"
  | "ERP_MODEL_FAILED"
  | "ERP_NOT_RECONCILED";

/** What the example throws: a message for the person who started it, and a hint what to do. */
export class ErpError extends LakewrightError<ErpErrorCode> {
  override readonly name = "ErpError";
}

export function fail(code: ErpErrorCode, message: string, context: ErrorContext = {}): never {
  throw new ErpError(code, message, context);
}
