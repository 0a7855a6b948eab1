import { warn } from "@lakewright/core";
import type { KafkaConsumer } from "./client.ts";
import { topicPartition } from "./topic-log.ts";

/**
 * Commits positions to the group behind the back of the pipeline, the latest of each partition: kafkajs repeats a commit
 * for as long as the group is rebalancing or a broker away, and a hint is not worth that wait.
 */
export class Hints {
  private readonly consumer: KafkaConsumer;
  private readonly latest = new Map<string, bigint>();
  private sending: Promise<void> | undefined;

  constructor(consumer: KafkaConsumer) {
    this.consumer = consumer;
  }

  add(name: string, position: bigint): void {
    this.latest.set(name, position);
    this.sending ??= this.send().finally(() => (this.sending = undefined));
  }

  /** The partitions are being given out anew: what was not sent is left to their next owner. */
  clear(): void {
    this.latest.clear();
  }

  /** Resolves when nothing is left to send. */
  async flushed(): Promise<void> {
    await this.sending;
  }

  private async send(): Promise<void> {
    // The partitions of one write are added in one turn.
    await Promise.resolve();
    while (this.latest.size > 0) {
      const offsets = [...this.latest].map(([name, position]) => ({
        ...topicPartition(name),
        offset: String(position),
      }));
      this.latest.clear();
      try {
        await this.consumer.commitOffsets(offsets);
      } catch (error) {
        warn("STREAM_HINT_FAILED", "Kafka took no commit of offsets.", { error, offsets });
      }
    }
  }
}
