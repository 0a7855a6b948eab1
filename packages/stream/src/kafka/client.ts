/** What is used of kafkajs, so that nothing of it is loaded or typed unless an application does: a `Kafka` fits. */
export interface KafkaLike {
  consumer(config: KafkaConsumerConfig): KafkaConsumer;
  admin(): KafkaAdmin;
}

export interface KafkaConsumerConfig {
  readonly groupId: string;
  readonly sessionTimeout: number;
  readonly rebalanceTimeout: number;
  readonly heartbeatInterval: number;
  readonly maxBytesPerPartition: number;
  readonly maxWaitTimeInMs: number;
  readonly readUncommitted: boolean;
}

export interface KafkaTopicPartitionOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

export interface KafkaConsumer {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  subscribe(subscription: { topics: string[]; fromBeginning: boolean }): Promise<void>;
  run(config: {
    autoCommit: boolean;
    eachBatchAutoResolve: boolean;
    partitionsConsumedConcurrently: number;
    eachBatch: (payload: KafkaBatchPayload) => Promise<void>;
  }): Promise<void>;
  seek(position: KafkaTopicPartitionOffset): void;
  commitOffsets(positions: KafkaTopicPartitionOffset[]): Promise<void>;
  on(event: never, listener: (event: KafkaEvent) => void): () => void;
}

export interface KafkaEvent {
  readonly payload: unknown;
}

export interface KafkaBatchPayload {
  readonly batch: KafkaBatch;
  resolveOffset(offset: string): void;
  heartbeat(): Promise<void>;
  isStale(): boolean;
}

export interface KafkaBatch {
  readonly topic: string;
  readonly partition: number;
  /** The offset the fetch asked for. Not among the types of kafkajs. */
  readonly fetchedOffset?: string;
  readonly messages: readonly KafkaMessage[];
  lastOffset(): string;
}

export interface KafkaMessage {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly timestamp: string;
  readonly offset: string;
  readonly headers?: Readonly<Record<string, KafkaHeader | KafkaHeader[] | undefined>> | undefined;
}

export type KafkaHeader = Uint8Array | string;

export interface KafkaAdmin {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  listTopics(): Promise<string[]>;
  fetchTopicOffsets(topic: string): Promise<{ partition: number; high: string; low: string }[]>;
}
