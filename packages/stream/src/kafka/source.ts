import { checkOptions, checkPositive, invalidOption } from "../options.ts";
import type { Source } from "../source.ts";
import type { KafkaLike } from "./client.ts";
import { KafkaReader, type ReaderOptions } from "./reader.ts";

export interface KafkaSourceOptions {
  /** The topic; or give `topics`. */
  readonly topic?: string | undefined;
  readonly topics?: readonly string[] | undefined;
  /** Processes that share it share the partitions, and then also the name of the pipeline. */
  readonly groupId: string;
  /** Where a partition begins that the sink has no position of: at its first record, or at its end. Default true. */
  readonly fromBeginning?: boolean | undefined;
  /** A member not heard of for so long loses its partitions. Default 30,000. */
  readonly sessionTimeoutMs?: number | undefined;
  /** How long a rebalance waits for members. Default 60,000. */
  readonly rebalanceTimeoutMs?: number | undefined;
  /** Default a tenth of the session. */
  readonly heartbeatIntervalMs?: number | undefined;
  /** Bytes of a partition fetched at a time. Default 1 MiB. */
  readonly maxBytesPerPartition?: number | undefined;
  /** How long a broker holds a fetch while there is nothing new. Default 1000. */
  readonly maxWaitMs?: number | undefined;
  /** The pipeline is opened again when the client has not fetched for so long. Default 120,000. */
  readonly stallTimeoutMs?: number | undefined;
}

const KNOWN = [
  "topic",
  "topics",
  "groupId",
  "fromBeginning",
  "sessionTimeoutMs",
  "rebalanceTimeoutMs",
  "heartbeatIntervalMs",
  "maxBytesPerPartition",
  "maxWaitMs",
  "stallTimeoutMs",
] as const;

/**
 * Records of Kafka topics through a `Kafka` of kafkajs. A position is an offset, a partition "topic-0".
 *
 * What is read is decided by the positions in the sinks alone; what is committed to the group is for tools that show
 * lag. When the group gives partitions out anew, everything that was read and not written is dropped and read again by
 * whoever has the partition; a member that does not know yet that it lost one is refused by the sink. Records of
 * transactions are read once these are committed.
 *
 * Mode "drain" ends at the end the log had when the source was opened, or at the first transaction still open.
 *
 * @throws StreamError STREAM_INVALID_OPTION; while it runs STREAM_KAFKA_FAILED, STREAM_KAFKA_STALLED,
 * STREAM_MISSING_CODEC, STREAM_RECORDS_EXPIRED where the log begins after a position, STREAM_SOURCE_CHANGED where it
 * ends before one.
 */
export function kafkaSource(kafka: KafkaLike, options: KafkaSourceOptions): Source {
  const reader = readerOptions(options);
  return {
    name: `kafka:${reader.topics.join(",")}`,
    begins: reader.begins,
    open: (context) => KafkaReader.open(kafka, reader, context),
  };
}

function readerOptions(options: KafkaSourceOptions): ReaderOptions {
  checkOptions("kafkaSource", options, KNOWN);
  const { topic, topics = topic === undefined ? [] : [topic], groupId } = options;
  if (topics.length === 0 || (topic !== undefined && options.topics !== undefined)) {
    throw invalidOption("kafkaSource needs a topic, or topics; give one of the two.");
  }
  if (new Set(topics).size < topics.length) throw invalidOption("kafkaSource has a topic twice.");
  if (!groupId) throw invalidOption("kafkaSource needs a groupId.");
  for (const name of KNOWN) {
    const value = options[name];
    if (typeof value === "number") checkPositive(`kafkaSource ${name}`, value);
  }
  const { sessionTimeoutMs = 30_000 } = options;
  const { heartbeatIntervalMs = sessionTimeoutMs / 10 } = options;
  if (heartbeatIntervalMs >= sessionTimeoutMs) {
    throw invalidOption("kafkaSource heartbeatIntervalMs must be less than sessionTimeoutMs.");
  }
  return {
    topics,
    begins: (options.fromBeginning ?? true) ? "start" : "end",
    stallTimeoutMs: options.stallTimeoutMs ?? 120_000,
    consumer: {
      groupId,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: options.rebalanceTimeoutMs ?? 60_000,
      heartbeatInterval: heartbeatIntervalMs,
      maxBytesPerPartition: options.maxBytesPerPartition ?? 1024 * 1024,
      maxWaitTimeInMs: options.maxWaitMs ?? 1000,
      readUncommitted: false,
    },
  };
}
