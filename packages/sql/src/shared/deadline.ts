import { SqlError } from "../errors.ts";

/** Timers of JavaScript run at once beyond this. */
const LONGEST_MS = 2 ** 31 - 1;

/** The signal of a caller, that also aborts when a time is over. `end` it, or its timer keeps the process alive. */
export interface Deadline {
  readonly signal: AbortSignal | undefined;
  end(): void;
}

/** @param late - the reason of the signal when the time is over */
export function deadline(
  signal: AbortSignal | undefined,
  timeoutMs: number | undefined,
  late: (timeoutMs: number) => SqlError,
): Deadline {
  if (timeoutMs === undefined || timeoutMs > LONGEST_MS) return { signal, end: () => {} };
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(late(timeoutMs)), timeoutMs);
  return { signal: anySignal(signal, controller.signal), end: () => clearTimeout(timer) };
}

/** A signal that aborts as soon as one of the two does. */
export function anySignal(
  a: AbortSignal | undefined,
  b: AbortSignal | undefined,
): AbortSignal | undefined {
  return a === undefined || b === undefined || a === b ? (a ?? b) : AbortSignal.any([a, b]);
}

/** Runs work with a signal that aborts, with SQL_TIMEOUT, once the time is over. */
export async function withDeadline<R>(
  text: string,
  options: { readonly signal?: AbortSignal | undefined; readonly timeoutMs?: number | undefined },
  work: (signal: AbortSignal | undefined) => Promise<R>,
): Promise<R> {
  const limit = deadline(options.signal, options.timeoutMs, (ms) => statementTimeout(text, ms));
  try {
    return await work(limit.signal);
  } finally {
    limit.end();
  }
}

/** {@link withDeadline} of what streams. */
export async function* streamWithDeadline<R>(
  text: string,
  options: { readonly signal?: AbortSignal | undefined; readonly timeoutMs?: number | undefined },
  stream: (signal: AbortSignal | undefined) => AsyncGenerator<R>,
): AsyncGenerator<R> {
  const limit = deadline(options.signal, options.timeoutMs, (ms) => statementTimeout(text, ms));
  try {
    yield* stream(limit.signal);
  } finally {
    limit.end();
  }
}

function statementTimeout(text: string, timeoutMs: number): SqlError {
  return new SqlError("SQL_TIMEOUT", `It took longer than its ${timeoutMs} ms and was cancelled.`, {
    hint: "Give it more time (timeoutMs), or less to do; a lock that another holds may be what it waited for.",
    details: { sql: text, timeoutMs },
  });
}

/** A lock was not had in time. */
export function lockTimeout(name: string, waitMs: number): SqlError {
  return new SqlError("SQL_TIMEOUT", `The lock "${name}" was not free within ${waitMs} ms.`, {
    hint: "Somebody else is at it. Try later, or wait longer (waitMs).",
    details: { lock: name, waitMs },
  });
}
