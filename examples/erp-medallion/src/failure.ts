import { type ErrorContext, LakewrightError } from "@lakewright/core";

/** Every code the example throws itself; the packages it is made of have theirs. */
export type ErpErrorCode = "ERP_MISSING_TABLE" | "ERP_NOT_RECONCILED";

/** What the example throws: a message for the person who started it, and a hint what to do. */
export class ErpError extends LakewrightError<ErpErrorCode> {
  override readonly name = "ErpError";

  constructor(code: ErpErrorCode, message: string, context: ErrorContext = {}) {
    super(code, message, context);
  }
}
