import type { KafkaAdmin } from "./client.ts";
import { kafkaError, noTopic } from "./errors.ts";

/** Where the log of a partition begins and ends. */
export interface LogBounds {
  readonly low: bigint;
  readonly high: bigint;
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** "transactions-3", as Kafka writes it. */
export function partitionName({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`;
}

/** The reverse of {@link partitionName}. */
export function topicPartition(name: string): TopicPartition {
  const dash = name.lastIndexOf("-");
  return { topic: name.slice(0, dash), partition: Number(name.slice(dash + 1)) };
}

/** The bounds of all partitions of the topics, by name. @throws StreamError STREAM_KAFKA_FAILED */
export async function logBounds(
  admin: KafkaAdmin,
  topics: readonly string[],
): Promise<Map<string, LogBounds>> {
  const bounds = new Map<string, LogBounds>();
  try {
    for (const topic of topics) {
      for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
        bounds.set(partitionName({ topic, partition }), { low: BigInt(low), high: BigInt(high) });
      }
    }
  } catch (error) {
    throw kafkaError("The offsets of the topics cannot be read", error);
  }
  return bounds;
}

/** @throws StreamError STREAM_KAFKA_FAILED for a topic that is not there. */
export async function checkTopics(admin: KafkaAdmin, topics: readonly string[]): Promise<void> {
  const existing = new Set(await admin.listTopics());
  for (const topic of topics) if (!existing.has(topic)) throw noTopic(topic);
}
