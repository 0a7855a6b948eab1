import { type Positions, warn } from "@lakewright/core";
import type { Chunk, SourceContext, SourceReader } from "../source.ts";
import type {
  KafkaAdmin,
  KafkaBatchPayload,
  KafkaConsumer,
  KafkaConsumerConfig,
  KafkaEvent,
  KafkaLike,
} from "./client.ts";
import { expired, kafkaError, recreated, stalled } from "./errors.ts";
import { Handover } from "./handover.ts";
import { Hints } from "./hints.ts";
import { IdleFetches } from "./idle.ts";
import { toRecords } from "./records.ts";
import { Settling } from "./settling.ts";
import { checkTopics, logBounds, partitionName, topicPartition } from "./topic-log.ts";

/** A client that hangs is left behind after so long: its membership ends with its session. */
const CLOSE_MS = 10_000;

export interface ReaderOptions {
  readonly topics: readonly string[];
  readonly begins: "start" | "end";
  readonly stallTimeoutMs: number;
  readonly consumer: KafkaConsumerConfig;
}

/**
 * A member of a consumer group. kafkajs pushes batches and offers no call when partitions are taken away: a member
 * learns of it from a refused heartbeat, and may be handed a batch it has no right to any more. So every batch carries
 * the epoch under which it was asked for, and its offset is compared with the one that is due.
 */
export class KafkaReader implements SourceReader {
  epoch = 0;
  private readonly options: ReaderOptions;
  private readonly context: SourceContext;
  private readonly consumer: KafkaConsumer;
  private readonly admin: KafkaAdmin;
  private readonly hints: Hints;
  private readonly handover = new Handover();
  private readonly idle: IdleFetches;
  private readonly settling = new Settling();
  /** Where a partition was last sent because the client was elsewhere. */
  private readonly corrected = new Map<string, bigint>();
  /** Where each assigned partition was begun. */
  private begun: ReadonlyMap<string, bigint> = new Map();
  /** The offset due next, by partition; empty while partitions are given out. */
  private readonly due = new Map<string, bigint>();
  /** Where a drain ends. */
  private ends: ReadonlyMap<string, bigint> = new Map();
  private assignments = 0;
  private assigned: Promise<void> | undefined;
  private assigning = false;
  private nothingMore = false;
  private failure: Error | undefined;
  private closing: Promise<void> | undefined;
  private lastSignAt = performance.now();
  private watchdog: ReturnType<typeof setInterval> | undefined;

  static async open(
    kafka: KafkaLike,
    options: ReaderOptions,
    context: SourceContext,
  ): Promise<KafkaReader> {
    const reader = new KafkaReader(kafka, options, context);
    try {
      await reader.start();
      return reader;
    } catch (error) {
      await reader.close();
      throw kafkaError(`Group "${options.consumer.groupId}" cannot read`, error);
    }
  }

  private constructor(kafka: KafkaLike, options: ReaderOptions, context: SourceContext) {
    this.options = options;
    this.context = context;
    this.idle = new IdleFetches(options.consumer.maxWaitTimeInMs);
    this.consumer = kafka.consumer(options.consumer);
    this.admin = kafka.admin();
    this.hints = new Hints(this.consumer);
  }

  async next(): Promise<Chunk | undefined> {
    for (;;) {
      if (this.closing) return undefined;
      if (this.failure) throw this.failure;
      const chunk = this.handover.take();
      if (chunk) return chunk;
      if (this.isDrained()) return undefined;
      await this.handover.wait();
    }
  }

  seek(positions: Positions): void {
    this.epoch++;
    this.idle.reset();
    this.nothingMore = false;
    this.handover.clear();
    for (const [name, begun] of this.begun) this.goTo(name, positions.get(name) ?? begun);
  }

  async commit(positions: Positions, epoch: number): Promise<void> {
    if (epoch !== this.epoch || this.closing) return;
    for (const [name, position] of positions) {
      if (this.due.has(name)) this.hints.add(name, position);
    }
  }

  close(): Promise<void> {
    this.closing ??= (async () => {
      clearInterval(this.watchdog);
      this.handover.clear();
      this.handover.ring();
      await within(CLOSE_MS, this.hints.flushed());
      await within(CLOSE_MS, this.consumer.disconnect());
      await within(CLOSE_MS, this.admin.disconnect());
    })();
    return this.closing;
  }

  private async start(): Promise<void> {
    const { consumer, admin, options } = this;
    await admin.connect();
    await checkTopics(admin, options.topics);
    if (this.context.mode === "drain") {
      const bounds = await logBounds(admin, options.topics);
      this.ends = new Map([...bounds].map(([name, { high }]) => [name, high]));
    }
    this.listen();
    await consumer.connect();
    await consumer.subscribe({ topics: [...options.topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: (payload) => this.deliver(payload),
    });
    const { stallTimeoutMs } = options;
    this.watchdog = setInterval(() => {
      if (performance.now() - this.lastSignAt < stallTimeoutMs) return;
      this.fail(stalled(options.consumer.groupId, stallTimeoutMs));
    }, stallTimeoutMs / 10);
  }

  private listen(): void {
    const on = <P>(event: string, listener: (payload: P) => void): void => {
      this.consumer.on(`consumer.${event}` as never, ({ payload }: KafkaEvent) => {
        this.lastSignAt = performance.now();
        listener(payload as P);
      });
    };
    on("rebalancing", () => this.release());
    on("group_join", ({ memberAssignment }: { memberAssignment: Record<string, number[]> }) =>
      this.join(memberAssignment),
    );
    on("start_batch_process", (batch: BatchEvent) => this.passGap(batch));
    on("fetch_start", ({ nodeId }: { nodeId: unknown }) => {
      this.settling.fetchStarted(nodeId);
      if (!this.idle.started(nodeId) || this.assigning) return;
      this.nothingMore = true;
      this.handover.ring();
    });
    on("fetch", ({ nodeId, duration }: { nodeId: unknown; duration: number }) =>
      this.idle.ended(nodeId, duration),
    );
    on("heartbeat", () => {});
    on("crash", ({ error, restart }: { error: unknown; restart: boolean }) => {
      this.release();
      // Else kafkajs joins the group again by itself.
      const { groupId } = this.options.consumer;
      if (!restart) this.fail(kafkaError(`The consumer of group "${groupId}" failed`, error));
    });
  }

  /** What was read is void: the partitions are being given out anew. */
  private release(): void {
    this.epoch++;
    this.idle.reset();
    this.nothingMore = false;
    this.due.clear();
    this.begun = new Map();
    this.corrected.clear();
    this.assigning = true;
    this.hints.clear();
    this.handover.clear();
  }

  /** One assignment after the other; those that are overtaken are left out. */
  private join(memberAssignment: Readonly<Record<string, readonly number[]>>): void {
    this.release();
    const assignment = ++this.assignments;
    const overtaken = (): boolean => assignment !== this.assignments || this.closing !== undefined;
    const names = Object.entries(memberAssignment).flatMap(([topic, partitions]) =>
      partitions.map((partition) => partitionName({ topic, partition })),
    );
    const before = this.assigned ?? Promise.resolve();
    this.assigned = before.then(async () => {
      if (overtaken()) return;
      try {
        const positions = await this.context.assign(names);
        const bounds = await logBounds(this.admin, Object.keys(memberAssignment));
        if (overtaken()) return;
        this.begin(names, positions, bounds);
      } catch (error) {
        if (!overtaken()) this.fail(error as Error);
      }
    });
  }

  private begin(
    names: readonly string[],
    positions: Positions,
    bounds: Awaited<ReturnType<typeof logBounds>>,
  ): void {
    const begun = new Map<string, bigint>();
    for (const name of names) {
      const { low, high } = bounds.get(name)!;
      const stored = positions.get(name);
      if (stored !== undefined && stored > high) throw recreated(name, stored, high);
      if (stored !== undefined && stored < low) throw expired(name, stored, low);
      begun.set(name, stored ?? (this.options.begins === "start" ? low : high));
    }
    this.begun = begun;
    this.assigning = false;
    for (const [name, position] of begun) {
      this.goTo(name, position);
      // The end moves on: a position of it is kept, so that a restart before the first record goes on there.
      const isEnd = this.options.begins === "end" && !positions.has(name);
      if (isEnd) void this.handover.offer(this.chunkOf(name, [], position));
    }
    this.handover.ring();
  }

  private goTo(name: string, position: bigint): void {
    this.due.set(name, position);
    this.settling.sent(name);
    try {
      this.consumer.seek({ ...topicPartition(name), offset: String(position) });
    } catch {
      // The consumer is joining the group: its partitions are begun after that.
    }
  }

  private async deliver(payload: KafkaBatchPayload): Promise<void> {
    const { batch } = payload;
    if (this.assigned) await this.whileAlive(this.assigned, payload);
    const name = partitionName(batch);
    const due = this.due.get(name);
    if (due === undefined || payload.isStale()) return;
    this.idle.reset();
    if (batch.fetchedOffset !== undefined && BigInt(batch.fetchedOffset) !== due) {
      await this.whileAlive(this.correct(name, due), payload);
      return;
    }
    const lastOffset = batch.lastOffset();
    const chunk = this.chunkOf(name, toRecords(batch.messages, due), BigInt(lastOffset) + 1n);
    if (!(await this.whileAlive(this.handover.offer(chunk), payload))) return;
    if (chunk.epoch !== this.epoch) return;
    this.due.set(name, chunk.next);
    payload.resolveOffset(lastOffset);
  }

  /**
   * kafkajs reads from where it was not told to: it jumps to the end or the beginning in silence when an offset is out
   * of range. That is an error here; otherwise it is sent back.
   */
  private async correct(name: string, due: bigint): Promise<void> {
    const { epoch } = this;
    try {
      const bounds = await logBounds(this.admin, [topicPartition(name).topic]);
      if (epoch !== this.epoch) return;
      const { low, high } = bounds.get(name)!;
      if (due < low) throw expired(name, due, low);
      if (due > high) throw recreated(name, due, high);
      this.goTo(name, due);
      // Sent there before, and led past it again: it is a gap, which was not passed for want of a broker that is gone.
      if (this.corrected.get(name) === due) this.settling.settle(name);
      this.corrected.set(name, due);
    } catch (error) {
      this.fail(error as Error);
    }
  }

  /** A batch of nothing but aborted records and markers is not delivered; the position moves past it all the same. */
  private passGap({ topic, partition, batchSize, lastOffset }: BatchEvent): void {
    const name = partitionName({ topic, partition });
    const due = this.due.get(name);
    const next = BigInt(lastOffset) + 1n;
    if (batchSize > 0 || due === undefined || next <= due) return;
    // Of a batch that is not delivered the offset it was fetched at is not told.
    if (!this.settling.isSettled(name)) return;
    this.idle.reset();
    this.due.set(name, next);
    void this.handover.offer(this.chunkOf(name, [], next));
  }

  private chunkOf(partition: string, records: Chunk["records"], next: bigint): Chunk {
    const source = topicPartition(partition).topic;
    return { epoch: this.epoch, partition, source, records, next };
  }

  private isDrained(): boolean {
    if (this.context.mode !== "drain" || this.assigning || !this.assigned) return false;
    const behind = [...this.due].filter(([name, due]) => due < (this.ends.get(name) ?? 0n));
    if (behind.length > 0 && this.nothingMore) {
      warn("STREAM_OPEN_TRANSACTION", "Partitions were drained up to an open transaction.", {
        partitions: behind.map(([name]) => name),
      });
    }
    return behind.length === 0 || this.nothingMore;
  }

  /** Waits without losing the membership. */
  private async whileAlive<R>(promise: Promise<R>, payload: KafkaBatchPayload): Promise<R> {
    const { heartbeatInterval } = this.options.consumer;
    const settled = promise.then((value) => ({ value }));
    for (;;) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const pause = new Promise<undefined>((resolve) => {
        timer = setTimeout(resolve, heartbeatInterval, undefined);
      });
      const result = await Promise.race([settled, pause]);
      clearTimeout(timer);
      if (result) return result.value;
      this.lastSignAt = performance.now();
      try {
        await payload.heartbeat();
      } catch (error) {
        this.handover.clear();
        throw error;
      }
    }
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.handover.ring();
  }
}

async function within(ms: number, ending: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([ending.catch(() => {}), late]);
  clearTimeout(timer);
}

interface BatchEvent {
  readonly topic: string;
  readonly partition: number;
  readonly batchSize: number;
  readonly lastOffset: string;
}
