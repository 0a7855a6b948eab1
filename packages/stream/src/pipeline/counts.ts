import { type FlushReason, flushReasons } from "./batcher.ts";

/**
 * What an output took in this run. Counted when a write is committed, so that at any time, after a kill as well,
 * `read` is exactly `written` + the sum of `dropped` + the sum of `deadLettered`.
 */
export interface OutputCounts {
  readonly read: number;
  readonly written: number;
  readonly dropped: Readonly<Record<string, number>>;
  /** By code. A letter that was in the sink already, from before a crash, is counted and not written again. */
  readonly deadLettered: Readonly<Record<string, number>>;
  readonly flushes: Readonly<Record<FlushReason, number>>;
  /** Writes refused because another process had moved the positions. */
  readonly fenced: number;
}

/** What a run of a pipeline did. All numbers are of this run; what lasts are rows, dead letters and positions. */
export interface PipelineResult {
  readonly pipeline: string;
  /** "stopped" by the signal, "end" of the source, "running" in a report. */
  readonly state: "running" | "end" | "stopped";
  /** By output; a pipeline with one sink has the output "sink". */
  readonly outputs: Readonly<Record<string, OutputCounts>>;
  /** Records delivered again that every output had. */
  readonly skipped: number;
  /** Records read and not committed, because partitions moved or a write was fenced; they are read again, here or elsewhere. */
  readonly discarded: number;
  /** Times the pipeline was opened again after a passing error. */
  readonly restarts: number;
}

/** Numbers by name. */
export class Tally {
  private readonly counts = new Map<string, number>();

  add(name: string, count = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + count);
  }

  addAll(other: Tally): void {
    for (const [name, count] of other.counts) this.add(name, count);
  }

  total(): number {
    let total = 0;
    for (const count of this.counts.values()) total += count;
    return total;
  }

  toJSON(): Record<string, number> {
    return Object.fromEntries(this.counts);
  }
}

/** Counters of one output over the run, restarts included. */
export class OutputTally {
  read = 0;
  written = 0;
  fenced = 0;
  readonly dropped: Tally = new Tally();
  readonly deadLettered: Tally = new Tally();
  readonly flushes: Tally = new Tally();

  snapshot(): OutputCounts {
    const flushes = this.flushes.toJSON();
    return {
      read: this.read,
      written: this.written,
      dropped: this.dropped.toJSON(),
      deadLettered: this.deadLettered.toJSON(),
      flushes: Object.fromEntries(
        flushReasons.map((reason) => [reason, flushes[reason] ?? 0]),
      ) as Record<FlushReason, number>,
      fenced: this.fenced,
    };
  }
}

/** Counters of a pipeline over the run, restarts included. */
export class PipelineTally {
  readonly pipeline: string;
  readonly outputs: ReadonlyMap<string, OutputTally>;
  skipped = 0;
  discarded = 0;
  restarts = 0;
  /** Writes committed: whether there was progress between two errors. */
  commits = 0;

  constructor(pipeline: string, outputs: readonly string[]) {
    this.pipeline = pipeline;
    this.outputs = new Map(outputs.map((name) => [name, new OutputTally()]));
  }

  snapshot(state: PipelineResult["state"]): PipelineResult {
    return {
      pipeline: this.pipeline,
      state,
      outputs: Object.fromEntries(
        [...this.outputs].map(([name, output]) => [name, output.snapshot()]),
      ),
      skipped: this.skipped,
      discarded: this.discarded,
      restarts: this.restarts,
    };
  }
}
