import { type ErrorContext, LakewrightError } from "@lakewright/core";

/** Every code this job throws itself; the packages it is made of have theirs. */
export type DemoErrorCode =
  | "DEMO_INVALID_OPTION"
  | "DEMO_INPUT"
  | "DEMO_INPUT_CHANGED"
  | "DEMO_INVALID_MAPPING"
  | "DEMO_MISSING_COLUMN"
  | "DEMO_OUTPUT"
  | "DEMO_OUTPUT_IN_USE"
  | "DEMO_BALANCE";

/** What the job throws: a message for the person who started it, and a hint what to do. */
export class DemoError extends LakewrightError<DemoErrorCode> {
  override readonly name = "DemoError";
}

export function fail(code: DemoErrorCode, message: string, context: ErrorContext = {}): never {
  throw new DemoError(code, message, context);
}
