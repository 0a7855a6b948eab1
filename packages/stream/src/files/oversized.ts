import type { RecordProblem } from "../source.ts";
import type { CsvRecordEnd } from "./scan.ts";

/** How much of a record that is too long its dead letter keeps. */
const KEPT_BYTES = 64 * 1024;
const LF = 10;

/** A record that is too long, while its end is searched for; only its beginning is kept. */
export class Oversized {
  readonly offset: number;
  readonly line: number;
  readonly kept: Uint8Array;
  private readonly end: CsvRecordEnd | undefined;

  constructor(offset: number, line: number, beginning: Uint8Array, end: CsvRecordEnd | undefined) {
    this.offset = offset;
    this.line = line;
    this.kept = keptOf(beginning);
    this.end = end;
  }

  /** Whether the bytes so far end inside quotes. */
  get quoted(): boolean {
    return this.end?.quoted ?? false;
  }

  /** Index of the line feed that ends the record; -1 where it is not in these bytes. */
  find(bytes: Uint8Array): number {
    return this.end ? this.end.find(bytes, 0, bytes.length) : bytes.indexOf(LF);
  }
}

/** The first bytes of a record, copied. */
export function keptOf(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes.subarray(0, KEPT_BYTES));
}

export function tooLong(bytes: number, limit: number): RecordProblem {
  return {
    code: "RECORD_TOO_LONG",
    reason: `The record has ${bytes} bytes, more than ${limit}; the first ${KEPT_BYTES} at most are kept.`,
  };
}

export const unterminatedQuote: RecordProblem = {
  code: "UNTERMINATED_QUOTE",
  reason: "The file ends inside a quoted field.",
};
