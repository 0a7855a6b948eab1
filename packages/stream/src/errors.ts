import { LakewrightError } from "@lakewright/core";

/** Every code `@lakewright/stream` throws. */
export const streamErrorCodes = [
  "STREAM_INVALID_OPTION",
  "STREAM_BAD_RECORD",
  "STREAM_TOO_MANY_DEAD_LETTERS",
  "STREAM_FENCED",
  "STREAM_DRAIN_TIMEOUT",
  "STREAM_FILE_NOT_FOUND",
  "STREAM_FILE_UNREADABLE",
  "STREAM_FILE_CORRUPT",
  "STREAM_SOURCE_CHANGED",
  "STREAM_RECORDS_EXPIRED",
  "STREAM_CSV_HEADER",
  "STREAM_KAFKA_FAILED",
  "STREAM_KAFKA_STALLED",
  "STREAM_MISSING_CODEC",
] as const;

export type StreamErrorCode = (typeof streamErrorCodes)[number];

/**
 * What `@lakewright/stream` throws. `details` name the pipeline, the source, the partition and the position where there
 * are any. A record that cannot be used is no error while the pipeline has dead letters.
 */
export class StreamError extends LakewrightError<StreamErrorCode> {
  override readonly name = "StreamError";
}
