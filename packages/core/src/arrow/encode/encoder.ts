import type { Data } from "apache-arrow";

/**
 * Told of a value that does not fit. `index` counts within the values given to `append`, `problem` completes the
 * sentence "the value …", `path` leads to a nested value (".city", "[3]").
 */
export type Report = (index: number, value: unknown, problem: string, path?: string) => void;

/**
 * Turns the values of one column into Arrow buffers, batch after batch. A value that does not fit is reported and
 * holds its place as null, so that the columns of a batch stay aligned.
 */
export interface Encoder {
  /** `room` is how many values will come, these with them, where that is known: buffers are made for as many at once. */
  append(values: readonly unknown[], count: number, report: Report, room?: number): void;
  /** The values since the last call, as Arrow data. */
  finish(): Data;
}

/** A nullable column takes both, so that a row may leave the column out. */
export function isMissing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

export const MISSING = "is missing, and the column is not nullable";
