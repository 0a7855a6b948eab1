import type { LineProblem } from "./rejects.ts";

/** How far a scan came. */
export interface Scanned {
  /** The first byte that is to be scanned again, or was not looked at. */
  readonly at: number;
  /** Lines that were read before it, a rejected one aside. */
  readonly lines: number;
  /** The line that was rejected, which ends before `at`; the scan then goes on there. */
  readonly rejected?:
    { readonly problem: LineProblem; readonly from: number; readonly lines: number } | undefined;
}

/** Reads whole records into rows. */
export interface RecordScanner {
  /**
   * Reads the records that end in [from, end), until the batch is full or a record is rejected.
   *
   * @param last - whether nothing follows; the bytes then end in a line feed
   */
  scan(bytes: Uint8Array, from: number, end: number, last: boolean): Scanned;
}
