// Pipelines
export { deadLetterConsumer, definePipeline } from "./pipeline/define.ts";
export type { Output, Pipeline, PipelineOutput, PipelineSpec } from "./pipeline/define.ts";
export { runPipelines } from "./pipeline/run.ts";
export type { PipelineProgress, RunOptions } from "./pipeline/run.ts";
export type { BatchOptions, FlushReason } from "./pipeline/batcher.ts";
export type { OutputCounts, PipelineResult } from "./pipeline/counts.ts";
export { deadLetterStages, deadLetterTable } from "./pipeline/dead-letters.ts";
export type { DeadLetterStage } from "./pipeline/dead-letters.ts";
export type { RetryOptions } from "./pipeline/retry.ts";
export { systemClock } from "./pipeline/clock.ts";
export type { Clock } from "./pipeline/clock.ts";

// Decoders
export { drop, Drop, reject, Rejection } from "./decode/decoder.ts";
export type { Decoder } from "./decode/decoder.ts";
export { json } from "./decode/json.ts";
export type { JsonOptions } from "./decode/json.ts";
export { csv } from "./decode/csv.ts";
export type { CsvOptions } from "./decode/csv.ts";
export { decodeFields, fieldReader } from "./decode/fields.ts";
export type { RecordFields } from "./decode/fields.ts";
export { textReader } from "./decode/text-reader.ts";
export type { TextFormats } from "./decode/text-reader.ts";
export { raw, rawTable } from "./decode/raw.ts";

// Transforms
export { dropWhen, keepWhen, mapRows, mapTo, stepsFor } from "./transform/transform.ts";
export type { RowMapping, Steps, Transform } from "./transform/transform.ts";

export { mask, pseudonymise } from "./transform/privacy.ts";
export type { MaskOptions, PseudonymiseOptions, TextColumns } from "./transform/privacy.ts";

// Sources and sinks
export type {
  Chunk,
  CsvLayout,
  RecordHeader,
  RecordProblem,
  Source,
  SourceContext,
  SourceReader,
  SourceRecord,
} from "./source.ts";
export { memorySource } from "./memory/source.ts";
export type { MemoryRecord, MemorySourceOptions } from "./memory/source.ts";
export { memorySink } from "./memory/sink.ts";
export type { MemorySink } from "./memory/sink.ts";

// Errors
export { StreamError, streamErrorCodes } from "./errors.ts";
export type { StreamErrorCode } from "./errors.ts";
