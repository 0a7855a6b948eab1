import type { RecordBatch } from "apache-arrow";
import type { JobOptions } from "./runtime/progress.ts";

/**
 * How far the partitions of a source have been taken: partition name → position of the next record.
 * A position only grows; it is an offset (Kafka), a byte (a file) or a count, as the source has it.
 */
export type Positions = ReadonlyMap<string, bigint>;

/** What one write moves, for a consumer that must take each record once. */
export interface PositionRange {
  /** Who reads: the name of the pipeline. Positions of different consumers do not touch. */
  readonly consumer: string;
  /** Where the sink must stand for each partition of the write; a partition never written is left out. */
  readonly from: Positions;
  /** Where it stands after. Has every partition of the write, also where all its records were filtered out. */
  readonly to: Positions;
}

export type SinkWrite =
  | { readonly written: true; readonly rows: number; readonly version: string }
  /** Another writer has moved on: nothing was written, and these are the positions that stand. */
  | { readonly written: false; readonly positions: Positions };

/**
 * Where a pipeline ends. Rows and positions become visible together or not at all, so a record that is delivered
 * again after a crash is recognised. A table of `@lakewright/lake` and one of `@lakewright/warehouse` are sinks.
 */
export interface Sink {
  /** What the sink holds for a consumer, read from the sink itself. */
  positions(consumer: string): Promise<Positions>;
  /**
   * Writes the batches and moves the positions in one transaction, provided they stand at `range.from`.
   * Batches may be empty: positions move all the same.
   */
  write(
    batches: readonly RecordBatch[],
    range: PositionRange,
    options?: JobOptions,
  ): Promise<SinkWrite>;
}
