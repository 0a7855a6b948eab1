import type { Sink, Table } from "@lakewright/core";
import type { Decoder } from "../decode/decoder.ts";
import { StreamError } from "../errors.ts";
import { checkOptions } from "../options.ts";
import type { Source } from "../source.ts";
import type { RowMapping, Transform } from "../transform/transform.ts";
import type { BatchOptions } from "./batcher.ts";
import type { RetryOptions } from "./retry.ts";

/** One of several places a pipeline writes to. Each has positions of its own and takes each record once. */
export interface Output<R extends object> {
  /** Names its counters, and its positions in the sink: changing it reads everything again. */
  readonly name: string;
  readonly sink: Sink;
  /** After those of the pipeline. */
  readonly transform?: readonly Transform<R>[] | undefined;
  /** Where the output has a table of its own: `mapTo(flattened, (row) => …)`. */
  readonly map?: RowMapping<R> | undefined;
}

export interface PipelineSpec<R extends object> {
  /** Names its positions in the sinks: changing it reads everything again. */
  readonly name: string;
  readonly source: Source;
  readonly decode: Decoder<R>;
  /** In order; for all outputs. */
  readonly transform?: readonly Transform<NoInfer<R>>[] | undefined;
  readonly batch?: BatchOptions | undefined;
  /** The one place it writes to; or give `outputs`. */
  readonly sink?: Sink | undefined;
  readonly outputs?: readonly Output<NoInfer<R>>[] | undefined;
  /** A table of {@link deadLetterTable}. Without it the first record that cannot be used stops the pipeline. */
  readonly deadLetters?: Sink | undefined;
  /** The pipeline stops when more of the last 1000 records failed (100 seen at least). Default 0.5; 1 never stops. */
  readonly maxDeadLetterRatio?: number | undefined;
  /** For calls to the sinks. */
  readonly retry?: RetryOptions | undefined;
}

export interface PipelineOutput {
  readonly name: string;
  /** The consumer under which the sink keeps its positions. */
  readonly consumer: string;
  readonly sink: Sink;
  readonly table: Table;
  readonly transform: readonly Transform<object>[];
  readonly map: RowMapping<object> | undefined;
}

/** A pipeline as `runPipelines` takes it. */
export interface Pipeline {
  readonly name: string;
  readonly source: Source;
  readonly decode: Decoder<object>;
  readonly transform: readonly Transform<object>[];
  readonly outputs: readonly PipelineOutput[];
  readonly batch: BatchOptions;
  readonly deadLetters: Sink | undefined;
  readonly maxDeadLetterRatio: number;
  readonly retry: RetryOptions;
}

/** The consumer under which the sink of dead letters keeps the positions of a pipeline. */
export function deadLetterConsumer(pipeline: string): string {
  return `${pipeline}/dead-letters`;
}

/**
 * Describes a pipeline: records of a source, decoded, transformed, written in batches to one sink or several, each
 * record once. Nothing is opened.
 *
 * @throws StreamError STREAM_INVALID_OPTION for a missing sink, a name twice, or a limit that is no positive number.
 */
export function definePipeline<R extends object>(spec: PipelineSpec<R>): Pipeline {
  const { name, decode, batch = {}, maxDeadLetterRatio = 0.5 } = spec;
  checkOptions("definePipeline", spec, KNOWN);
  checkOptions("definePipeline batch", batch, ["rows", "bytes", "ageMs"]);
  checkOptions("definePipeline retry", spec.retry ?? {}, ["attempts", "baseMs", "capMs"]);
  if (name === "") throw invalid("A pipeline needs a name: its positions are kept under it.");
  for (const [limit, value] of Object.entries(batch) as [string, number | undefined][]) {
    if (value !== undefined && !(value > 0)) {
      throw invalid(`Pipeline "${name}": batch.${limit} is ${value}; it must be more than 0.`);
    }
  }
  if (!(maxDeadLetterRatio >= 0 && maxDeadLetterRatio <= 1)) {
    throw invalid(
      `Pipeline "${name}": maxDeadLetterRatio is ${maxDeadLetterRatio}; it must be 0 to 1.`,
    );
  }
  return Object.freeze({
    name,
    source: spec.source,
    decode,
    transform: erased(spec.transform),
    outputs: outputsOf(spec),
    batch,
    deadLetters: spec.deadLetters,
    maxDeadLetterRatio,
    retry: spec.retry ?? {},
  });
}

const KNOWN = [
  "name",
  "source",
  "decode",
  "transform",
  "batch",
  "sink",
  "outputs",
  "deadLetters",
  "maxDeadLetterRatio",
  "retry",
];

const RESERVED = new Set(["", "sink", "dead-letters"]);

function outputsOf<R extends object>(spec: PipelineSpec<R>): PipelineOutput[] {
  const { name, sink, outputs, decode } = spec;
  if ((sink === undefined) === (outputs === undefined || outputs.length === 0)) {
    throw invalid(`Pipeline "${name}" needs a sink, or outputs; give one of the two.`);
  }
  if (sink !== undefined) {
    const table = decode.table;
    return [{ name: "sink", consumer: name, sink, table, transform: [], map: undefined }];
  }
  const names = new Set<string>();
  return outputs!.map((output) => {
    if (RESERVED.has(output.name) || names.has(output.name)) {
      throw invalid(
        `Pipeline "${name}": no output can be named "${output.name}"; give each a name of its own, neither "sink" nor "dead-letters".`,
      );
    }
    names.add(output.name);
    return {
      name: output.name,
      consumer: `${name}/${output.name}`,
      sink: output.sink,
      table: output.map?.table ?? decode.table,
      transform: erased(output.transform),
      map: output.map as RowMapping<object> | undefined,
    };
  });
}

/** What a step takes is what the step before it gives: the types of the spec have seen to that. */
function erased<R extends object>(
  steps: readonly Transform<R>[] = [],
): readonly Transform<object>[] {
  return steps as unknown as readonly Transform<object>[];
}

function invalid(message: string): StreamError {
  return new StreamError("STREAM_INVALID_OPTION", message);
}
