import { StreamError } from "./errors.ts";

/**
 * Refuses options nobody reads: a misspelt one would be ignored in silence.
 *
 * @throws StreamError STREAM_INVALID_OPTION naming the first unknown option and the known ones.
 */
export function checkOptions(subject: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw invalidOption(`${subject} has no option "${unknown}".`, `It has ${known.join(", ")}.`);
}

/** Refuses a value that is none of those allowed; undefined is let through. */
export function checkOneOf(subject: string, value: unknown, allowed: readonly unknown[]): void {
  if (value === undefined || allowed.includes(value)) return;
  throw invalidOption(`${subject} is ${String(value)}; it must be ${allowed.join(" or ")}.`);
}

/** Refuses a number that is not more than 0; undefined is let through. */
export function checkPositive(subject: string, value: number | undefined): void {
  if (value === undefined || value > 0) return;
  throw invalidOption(`${subject} is ${value}; it must be more than 0.`);
}

export function invalidOption(message: string, hint?: string): StreamError {
  return new StreamError("STREAM_INVALID_OPTION", message, hint === undefined ? {} : { hint });
}
