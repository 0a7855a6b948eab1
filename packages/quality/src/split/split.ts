import { type JobOptions, progressReporter, type RowsOrBatches, toBatches } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import { BatchView } from "../batch/view.ts";
import { invalidOption, knownOptions } from "../checks/options.ts";
import type { Plan } from "../contract/plan.ts";
import { QualityError } from "../errors.ts";
import { allDuplicates, laterDuplicates } from "./duplicates.ts";
import { Splitter } from "./splitter.ts";

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

/** @throws QualityError QUALITY_INVALID_OPTION */
export function splitData(plan: Plan, data: RowsOrBatches, options: SplitOptions): Split {
  knownOptions("options of split", options, ["duplicates", "signal", "onProgress"]);
  const { duplicates = "later" } = options;
  if (duplicates !== "later" && duplicates !== "all") {
    throw invalidOption("split", "duplicates", duplicates, 'It is "later" or "all".');
  }
  const splitter = new Splitter(plan);
  let started = false;
  return {
    [Symbol.asyncIterator]: () => {
      if (started) {
        throw new QualityError("QUALITY_UNSUPPORTED", "A split is iterated once.", {
          hint: "Keep its batches, or call split again.",
        });
      }
      started = true;
      return duplicates === "all"
        ? splitHeld(splitter, plan, data, options)
        : splitStream(splitter, plan, data, options);
    },
    totals: () => splitter.totals(),
  };
}

async function* splitStream(
  splitter: Splitter,
  plan: Plan,
  data: RowsOrBatches,
  { signal, onProgress }: SplitOptions,
): AsyncGenerator<SplitBatch> {
  const report = progressReporter(onProgress);
  await splitter.prepare(signal);
  const duplicates = laterDuplicates(splitter.uniques);
  for await (const batch of toBatches(plan.relaxed, data, { signal })) {
    yield splitter.split(new BatchView(plan.relaxed, batch), duplicates);
    report({ phase: "split", done: splitter.totals().rows, unit: "rows" });
  }
}

async function* splitHeld(
  splitter: Splitter,
  plan: Plan,
  data: RowsOrBatches,
  { signal, onProgress }: SplitOptions,
): AsyncGenerator<SplitBatch> {
  const report = progressReporter(onProgress);
  await splitter.prepare(signal);
  const duplicates = allDuplicates(splitter.uniques);
  const held: RecordBatch[] = [];
  for await (const batch of toBatches(plan.relaxed, data, { signal })) {
    duplicates.count(new BatchView(plan.relaxed, batch));
    held.push(batch);
  }
  for (const batch of held) {
    signal?.throwIfAborted();
    yield splitter.split(new BatchView(plan.relaxed, batch), duplicates);
    report({ phase: "split", done: splitter.totals().rows, unit: "rows" });
  }
}
