import { type JobOptions, type RowsOrBatches } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { Plan } from "../contract/plan.ts";
import { QualityError } from "../errors.ts";

/** Options of `contract.split`. */
export interface SplitOptions extends JobOptions {
  /**
   * Which rows of a value that must be unique are rejected: "later" keeps the first row that is good otherwise and needs
   * memory for the values only; "all" rejects every row of such a value and holds the data until its end. Default "later".
   */
  readonly duplicates?: "later" | "all" | undefined;
}

/** A batch parted in two. Either may be empty. */
export interface SplitBatch {
  /** The good rows, as the table has them. */
  readonly valid: RecordBatch;
  /** The others, as `quarantineTable` has them. */
  readonly rejected: RecordBatch;
}

export interface SplitTotals {
  readonly rows: number;
  readonly valid: number;
  readonly rejected: number;
  /** Rejected rows by the id of the check; a row that fails two counts for both. */
  readonly byCheck: Readonly<Record<string, number>>;
}

/** Data parted into good and bad rows, batch by batch. Iterated once. */
export interface Split extends AsyncIterable<SplitBatch> {
  /** Counts of the batches given so far; final when the loop has ended. */
  totals(): SplitTotals;
}

export function splitData(plan: Plan, data: RowsOrBatches, options: SplitOptions): Split {
  throw new QualityError("QUALITY_UNSUPPORTED", `${plan.name}${String(data)}${String(options)}`);
}
