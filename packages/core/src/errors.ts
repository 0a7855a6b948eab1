const BRAND = Symbol.for("lakewright.error");

export interface ErrorContext {
  /** What to do next, one sentence. */
  readonly hint?: string | undefined;
  /** Names, versions, counts. Never secrets; a row value only where the value itself is the complaint. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** The error this one was raised for. */
  readonly cause?: unknown;
  /** Whether the same call may succeed when repeated. Default false. */
  readonly retryable?: boolean | undefined;
}

/**
 * The base of every error the suite throws. A package subclasses it once and closes `Code` to its own codes;
 * codes are stable, messages are not.
 */
export class LakewrightError<Code extends string = string> extends Error {
  override readonly name: string = "LakewrightError";
  readonly code: Code;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryable: boolean;

  constructor(code: Code, message: string, context: ErrorContext = {}) {
    super(message, context.cause === undefined ? undefined : { cause: context.cause });
    this.code = code;
    this.hint = context.hint;
    this.details = context.details ?? {};
    this.retryable = context.retryable ?? false;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** The shape loggers get: no stack, bigint as text. */
  toJSON(): Record<string, unknown> {
    return {
      name: this.name,
      code: this.code,
      message: this.message,
      hint: this.hint,
      retryable: this.retryable,
      details: Object.fromEntries(
        Object.entries(this.details).map(([k, v]) => [k, typeof v === "bigint" ? String(v) : v]),
      ),
    };
  }
}

/** True for an error of any Lakewright package, also one thrown by a second installed copy. */
export function isLakewrightError(value: unknown): value is LakewrightError {
  return typeof value === "object" && value !== null && BRAND in value;
}

/** Every code `@lakewright/core` throws. */
export const coreErrorCodes = [
  "CORE_INVALID_TABLE",
  "CORE_INVALID_VALUE",
  "CORE_INVALID_JSON",
  "CORE_INVALID_OPTION",
  "CORE_DECIMAL",
  "CORE_UNSUPPORTED_TYPE",
  "CORE_FOREIGN_ARROW",
  "CORE_SCHEMA_MISMATCH",
] as const;

export type CoreErrorCode = (typeof coreErrorCodes)[number];

/** What `@lakewright/core` throws. */
export class CoreError extends LakewrightError<CoreErrorCode> {
  override readonly name = "CoreError";
}
