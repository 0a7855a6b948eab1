import { StreamError } from "../errors.ts";

interface ClientError extends Error {
  readonly retriable?: boolean;
  readonly type?: string;
}

/** What kafkajs said, in a StreamError. */
export function kafkaError(what: string, error: unknown): StreamError {
  if (error instanceof StreamError) return error;
  const chain = causes(error);
  const codec = chain.find((cause) => /compression not implemented/i.test(cause.message));
  if (codec) {
    const name = codec.message.split(" ")[0]!;
    return new StreamError("STREAM_MISSING_CODEC", `${what}: kafkajs cannot unpack ${name}.`, {
      cause: error,
      hint: "Register the codec before the run: CompressionCodecs[CompressionTypes.ZSTD] = …, with node:zlib for zstd.",
      details: { codec: name },
    });
  }
  const message = chain[0]?.message ?? String(error);
  const passing = chain.some(
    (cause) =>
      cause.retriable === true || /Connection|Broker|RetriesExceeded|Timeout/.test(cause.name),
  );
  return new StreamError("STREAM_KAFKA_FAILED", `${what}: ${message}`, {
    cause: error,
    hint: passing ? "Look whether the brokers can be reached." : undefined,
    retryable: passing,
  });
}

function causes(error: unknown): ClientError[] {
  const chain: ClientError[] = [];
  for (let at = error; at instanceof Error && chain.length < 8; at = at.cause) chain.push(at);
  return chain;
}

export function noTopic(topic: string): StreamError {
  return new StreamError("STREAM_KAFKA_FAILED", `There is no topic "${topic}".`, {
    hint: "Create it before the pipeline runs; a consumer should not choose its partitions.",
    details: { topic },
  });
}

/** The log begins after the position: what was between is lost. */
export function expired(partition: string, position: bigint, low: bigint): StreamError {
  return new StreamError(
    "STREAM_RECORDS_EXPIRED",
    `Partition ${partition} begins at offset ${low} now, and the sink stands at ${position}: ${low - position} offsets were deleted before they were read.`,
    {
      hint: "Lengthen the retention of the topic. To go on without those records, run the pipeline under another name.",
      details: { partition, position, low },
    },
  );
}

/** The log ends before the position: it is another log. */
export function recreated(partition: string, position: bigint, high: bigint): StreamError {
  return new StreamError(
    "STREAM_SOURCE_CHANGED",
    `Partition ${partition} ends at offset ${high}, and the sink stands at ${position}: the topic was deleted and made again.`,
    {
      hint: "Read the new topic under another pipeline name; under this one its first records would be left out.",
      details: { partition, position, high },
    },
  );
}

export function stalled(groupId: string, ms: number): StreamError {
  return new StreamError(
    "STREAM_KAFKA_STALLED",
    `The consumer of group "${groupId}" has not fetched for ${ms} ms.`,
    {
      hint: "The brokers cannot be reached, or the client has stopped in silence (kafkajs issue 659).",
      details: { groupId, ms },
      retryable: true,
    },
  );
}
