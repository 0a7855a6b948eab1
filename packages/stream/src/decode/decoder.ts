import type { Table } from "@lakewright/core";
import type { SourceRecord } from "../source.ts";

/** Turns records into rows of a table. */
export interface Decoder<R extends object = Record<string, unknown>> {
  /** The rows it gives. */
  readonly table: Table;
  /**
   * The row, with every column and the values a row of the table has; or {@link Drop}, or {@link Rejection}, which
   * makes the record a dead letter. A StreamError thrown stops the pipeline; any other error is a dead letter as well.
   */
  decode(record: SourceRecord): R | Drop | Rejection;
}

/** A record or row that goes no further, and is counted under its reason. */
export class Drop {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** Leaves a record or row out, on purpose. Keep reasons few: each is a counter. */
export function drop(reason: string): Drop {
  return new Drop(reason);
}

/** A record or row that cannot be used: it becomes a dead letter. */
export class Rejection {
  /** A stable name: "INVALID_VALUE". */
  readonly code: string;
  /** What is wrong, one sentence. */
  readonly reason: string;
  /** The column at fault, with the path to a nested value. */
  readonly column: string | undefined;

  constructor(code: string, reason: string, column?: string) {
    this.code = code;
    this.reason = reason;
    this.column = column;
  }
}

/** Refuses a record or row. */
export function reject(code: string, reason: string, column?: string): Rejection {
  return new Rejection(code, reason, column);
}
