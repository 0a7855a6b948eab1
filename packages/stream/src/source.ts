import type { Positions } from "@lakewright/core";

/** One record as a source delivers it. */
export interface SourceRecord {
  /** Position of the record in its partition: an offset, a byte, a count. */
  readonly offset: bigint;
  /** Position after it; offsets need not be contiguous. */
  readonly next: bigint;
  /** Milliseconds since 1970, where the source has a time. */
  readonly timestampMs?: number | undefined;
  readonly key: Uint8Array | string | null;
  /** null is a tombstone. */
  readonly value: Uint8Array | string | null;
  /** In order, duplicates kept. */
  readonly headers: readonly RecordHeader[];
  /** Line of the file where the record begins, from 1. */
  readonly line?: number | undefined;
  /** How the record is to be parted where it is one of a CSV file; the same object for all records of the file. */
  readonly csv?: CsvLayout | undefined;
  /** Why the source could not read the record whole; it becomes a dead letter. */
  readonly problem?: RecordProblem | undefined;
}

/** What is known of a CSV file before its records are read. */
export interface CsvLayout {
  /** The file. */
  readonly source: string;
  /** The names in its header; undefined where it has none. */
  readonly columns: readonly string[] | undefined;
  /** One character. */
  readonly delimiter: string;
  /** One character, or "" where nothing is quoted. */
  readonly quote: string;
}

export type RecordHeader = readonly [name: string, value: Uint8Array | string | null];

export interface RecordProblem {
  /** A stable name: "RECORD_TOO_LONG". */
  readonly code: string;
  /** What is wrong, one sentence. */
  readonly reason: string;
}

/** Records of one partition, in order. */
export interface Chunk {
  /** The assignment under which they were read; of an older one they are void. */
  readonly epoch: number;
  readonly partition: string;
  /** What people call the place: a file, a topic. */
  readonly source: string;
  readonly records: readonly SourceRecord[];
  /** Position after the chunk: past records the source left out, such as transaction markers. */
  readonly next: bigint;
}

/** What a pipeline gives to the source it opens. */
export interface SourceContext {
  /** "drain" ends at what is there now, "follow" waits for more. A source that ends by itself does so in both. */
  readonly mode: "follow" | "drain";
  /** Partitions the pipeline has positions for, whoever reads them now. */
  storedPartitions(): Promise<readonly string[]>;
  /**
   * To be called before the first record, and again whenever the partitions to read change. The pipeline drops what it
   * holds uncommitted, and answers with the position to read each partition from; a partition without one is begun
   * where the source begins.
   */
  assign(partitions: readonly string[]): Promise<Positions>;
}

/** Where records come from. Implementations: files, Kafka, memory. */
export interface Source {
  /** For messages: "kafka:transactions". */
  readonly name: string;
  /** Where a partition begins that has no position. */
  readonly begins: "start" | "end";
  open(context: SourceContext): Promise<SourceReader>;
}

/** An open source. Nothing is read ahead of `next` but what the source buffers for itself: that is the back-pressure. */
export interface SourceReader {
  /** Counts assignments and seeks. */
  readonly epoch: number;
  /** The next records; undefined at the end, and after `close`. Not called again before it resolved. */
  next(): Promise<Chunk | undefined>;
  /**
   * Reads every assigned partition again from its position, one without a position from where it was begun. Chunks of
   * before have an older epoch.
   */
  seek(positions: Positions): void;
  /**
   * Says what the sinks hold by now. A hint for tools that watch the source: it never decides what is read next, and
   * one of an older epoch is not passed on.
   */
  commit(positions: Positions, epoch: number): Promise<void>;
  /** Bytes read so far as they are stored, and how many there are; where the source knows. */
  progress?(): { readonly bytes: number; readonly totalBytes: number };
  /** Releases everything; a waiting `next` resolves. */
  close(): Promise<void>;
}
