import type { Positions, Sink } from "@lakewright/core";
import { StreamError } from "../errors.ts";
import { deadLetterConsumer, type Pipeline } from "./define.ts";
import { retry, type RetryContext } from "./retry.ts";

/** The positions the sinks of a pipeline stand at, as last read from them or written to them. */
export class SinkPositions {
  /** By output. */
  readonly outputs: readonly Map<string, bigint>[];
  /** By {@link lane}. */
  readonly letters: Map<string, bigint>;
  private readonly begins: "start" | "end";

  private constructor(pipeline: Pipeline, outputs: readonly Positions[], letters: Positions) {
    this.begins = pipeline.source.begins;
    this.outputs = outputs.map((positions) => new Map(positions));
    this.letters = new Map(letters);
  }

  /** Reads them all from the sinks. */
  static async read(pipeline: Pipeline, context: RetryContext): Promise<SinkPositions> {
    const { outputs, deadLetters, name } = pipeline;
    const ask = (sink: Sink, consumer: string): Promise<Positions> =>
      retry(() => sink.positions(consumer), pipeline.retry, context);
    const [letters, ...stored] = await Promise.all([
      deadLetters ? ask(deadLetters, deadLetterConsumer(name)) : new Map<string, bigint>(),
      ...outputs.map((output) => ask(output.sink, output.consumer)),
    ]);
    return new SinkPositions(pipeline, stored, letters!);
  }

  /** Partitions any output has a position of. */
  partitions(): string[] {
    return [...new Set(this.outputs.flatMap((positions) => [...positions.keys()]))];
  }

  /**
   * Where to read each partition from so that no output misses a record: the least of their positions. A partition that
   * some output has no position of is read from where the source begins; from the least all the same where that is its
   * end, because its end is later.
   */
  start(partitions: Iterable<string>): Map<string, bigint> {
    const start = new Map<string, bigint>();
    for (const partition of partitions) {
      const known = this.outputs.flatMap((positions) => positions.get(partition) ?? []);
      const all = known.length === this.outputs.length;
      if (known.length === 0 || (!all && this.begins === "start")) continue;
      start.set(partition, least(known));
    }
    return start;
  }

  /** What every output holds, of the given partitions. */
  held(partitions: Iterable<string>): Map<string, bigint> {
    const held = new Map<string, bigint>();
    for (const partition of partitions) {
      const known = this.outputs.flatMap((positions) => positions.get(partition) ?? []);
      if (known.length === this.outputs.length) held.set(partition, least(known));
    }
    return held;
  }
}

function least(positions: readonly bigint[]): bigint {
  return positions.reduce((a, b) => (b < a ? b : a));
}

/**
 * The name under which the dead-letter sink keeps how far letters were written: of a partition for the stages all
 * outputs share, of a partition and an output for the stages of that output. An output added later reads everything
 * again, and its letters are not taken for those the others left.
 */
export function lane(partition: string, output: string | undefined): string {
  return output === undefined || output === "sink" ? partition : `${partition} > ${output}`;
}

/** A pipeline whose writes are refused again and again shares its name with another process. */
export function tooOftenFenced(pipeline: Pipeline, times: number): StreamError {
  return new StreamError(
    "STREAM_FENCED",
    `Pipeline "${pipeline.name}" was fenced ${times} times in a row: another process keeps moving its positions.`,
    {
      hint: "Run one process for a file source, or give each pipeline its own name; Kafka consumers of one group may share one.",
      details: { pipeline: pipeline.name, times },
    },
  );
}
