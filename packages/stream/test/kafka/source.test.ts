import { createServer } from "node:net";
import { Kafka, logLevel } from "kafkajs";
import { describe, expect, it } from "vitest";
import type { Chunk, SourceReader } from "../../src/index.ts";
import { type KafkaLike, kafkaSource } from "../../src/kafkajs.ts";

type Batch = Parameters<Parameters<ReturnType<KafkaLike["consumer"]>["run"]>[0]["eachBatch"]>[0];

/** kafkajs as far as the source sees it: a broker with one partition whose log goes from `low` to `high`. */
class FakeKafka implements KafkaLike {
  low = 0;
  high = 100;
  heartbeats = 0;
  refuseHeartbeats = false;
  readonly seeks: string[] = [];
  readonly committed: string[] = [];
  private readonly listeners = new Map<string, (event: { payload: unknown }) => void>();
  private eachBatch: ((payload: Batch) => Promise<void>) | undefined;
  private stale = false;

  emit(event: string, payload: unknown = {}): void {
    this.listeners.get(`consumer.${event}`)?.({ payload });
  }

  join(partitions: readonly number[] = [0]): void {
    this.emit("group_join", { memberAssignment: { t: partitions } });
  }

  /** As kafkajs does: the pending seek is done, then a batch is pushed. Resolves with the offset that was resolved. */
  async push(from: number, count: number, fetchedOffset = from): Promise<string | undefined> {
    this.stale = false;
    let resolved: string | undefined;
    const messages = Array.from({ length: count }, (_, k) => ({
      key: null,
      value: Buffer.from(String(from + k)),
      timestamp: "0",
      offset: String(from + k),
    }));
    await this.eachBatch!({
      batch: {
        topic: "t",
        partition: 0,
        fetchedOffset: String(fetchedOffset),
        messages,
        lastOffset: () => String(from + count - 1),
      },
      resolveOffset: (offset) => (resolved = offset),
      heartbeat: async () => {
        this.heartbeats++;
        if (this.refuseHeartbeats) throw new Error("REBALANCE_IN_PROGRESS");
      },
      isStale: () => this.stale,
    });
    return resolved;
  }

  consumer(): ReturnType<KafkaLike["consumer"]> {
    return {
      connect: async () => {},
      disconnect: async () => {},
      subscribe: async () => {},
      run: async ({ eachBatch }) => {
        this.eachBatch = eachBatch;
      },
      seek: ({ offset }) => {
        this.stale = true;
        this.seeks.push(offset);
      },
      commitOffsets: async (offsets) => {
        this.committed.push(...offsets.map(({ partition, offset }) => `${partition}:${offset}`));
      },
      on: (event: string, listener) => {
        this.listeners.set(event, listener);
        return () => {};
      },
    } as ReturnType<KafkaLike["consumer"]>;
  }

  admin(): ReturnType<KafkaLike["admin"]> {
    return {
      connect: async () => {},
      disconnect: async () => {},
      listTopics: async () => ["t"],
      fetchTopicOffsets: async () => [
        { partition: 0, low: String(this.low), high: String(this.high) },
        { partition: 1, low: "0", high: "0" },
      ],
    };
  }
}

async function open(kafka: FakeKafka, stored?: bigint, options = {}): Promise<SourceReader> {
  const source = kafkaSource(kafka, {
    topic: "t",
    groupId: "g",
    heartbeatIntervalMs: 20,
    sessionTimeoutMs: 6000,
    ...options,
  });
  return source.open({
    mode: "follow",
    storedPartitions: async () => [],
    assign: async () => new Map(stored === undefined ? [] : [["t-0", stored]]),
  });
}

const turn = (ms = 5): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const offsets = (chunk: Chunk | undefined): number[] =>
  chunk!.records.map((record) => Number(record.offset));

describe("a member of a group", () => {
  it("begins where the sink stands, keeps its membership while nobody asks, and resolves what was taken", async () => {
    const kafka = new FakeKafka();
    const reader = await open(kafka, 10n);
    kafka.join();
    await turn();
    expect(kafka.seeks).toEqual(["10"]);
    const pushed = kafka.push(8, 5, 10);
    await turn(70);
    expect(kafka.heartbeats).toBeGreaterThanOrEqual(2);
    const chunk = await reader.next();
    expect([offsets(chunk), chunk!.next, chunk!.partition]).toEqual([[10, 11, 12], 13n, "t-0"]);
    expect(await pushed).toBe("12");
    await reader.commit(new Map([["t-0", 13n]]), reader.epoch);
    await reader.commit(new Map([["t-0", 12n]]), reader.epoch - 1);
    await reader.commit(new Map([["t-1", 5n]]), reader.epoch);
    await reader.close();
    expect(kafka.committed).toEqual(["0:13"]);
    expect(await reader.next()).toBeUndefined();
  });

  it("takes back what was not asked for when the partitions are given out anew", async () => {
    const kafka = new FakeKafka();
    const reader = await open(kafka);
    kafka.join();
    await turn();
    const pushed = kafka.push(0, 3);
    const { epoch } = reader;
    kafka.refuseHeartbeats = true;
    await expect(pushed).rejects.toThrow("REBALANCE");
    kafka.emit("rebalancing");
    kafka.refuseHeartbeats = false;
    expect(reader.epoch).toBeGreaterThan(epoch);
    // A batch of before the join is held until the positions are known, and then left alone.
    const early = kafka.push(0, 3);
    kafka.join([1]);
    expect(await early).toBeUndefined();
    expect(await kafka.push(0, 3)).toBeUndefined();
    await reader.close();
  });

  it("leaves out a chunk that was taken but whose partitions have gone", async () => {
    const kafka = new FakeKafka();
    const reader = await open(kafka);
    kafka.join();
    await turn();
    const pushed = kafka.push(0, 3);
    const chunk = await reader.next();
    kafka.join();
    expect(chunk!.epoch).toBeLessThan(reader.epoch);
    expect(await pushed).toBeUndefined();
    await reader.close();
  });

  it("reads again from where it is sent, and drops what was fetched before", async () => {
    const kafka = new FakeKafka();
    const reader = await open(kafka, 20n);
    kafka.join();
    await turn();
    const pushed = kafka.push(20, 5);
    reader.seek(new Map([["t-0", 30n]]));
    expect(await pushed).toBeUndefined();
    reader.seek(new Map());
    expect(kafka.seeks).toEqual(["20", "30", "20"]);
    await reader.close();
  });

  it("is not led astray: a jump of the client is put right, or is an error where the records are gone", async () => {
    const kafka = new FakeKafka();
    const reader = await open(kafka, 10n);
    kafka.join();
    await turn();
    expect(await kafka.push(50, 5)).toBeUndefined();
    expect(kafka.seeks).toEqual(["10", "10"]);
    kafka.low = 40;
    expect(await kafka.push(40, 5)).toBeUndefined();
    await expect(reader.next()).rejects.toMatchObject({
      code: "STREAM_RECORDS_EXPIRED",
      details: { position: 10n, low: 40n },
    });
    await reader.close();
  });

  it("passes gaps on, and says when the client has stopped", async () => {
    const kafka = new FakeKafka();
    const reader = await open(kafka, 0n, { stallTimeoutMs: 100 });
    kafka.join();
    await turn();
    kafka.emit("start_batch_process", { topic: "t", partition: 0, batchSize: 0, lastOffset: "6" });
    expect(await reader.next()).toMatchObject({ records: [], next: 7n });
    await expect(reader.next()).rejects.toMatchObject({
      code: "STREAM_KAFKA_STALLED",
      retryable: true,
    });
    await reader.close();
  });

  it("does not take a gap for its own that was fetched before it was sent elsewhere", async () => {
    const kafka = new FakeKafka();
    const reader = await open(kafka, 10n);
    const gap = { topic: "t", partition: 0, batchSize: 0, lastOffset: "50" };
    kafka.emit("fetch_start", { nodeId: 1 });
    kafka.emit("fetch_start", { nodeId: 2 });
    kafka.join();
    await turn();
    // The group had committed 40: what came from there are aborted records up to 50.
    kafka.emit("start_batch_process", gap);
    kafka.emit("fetch_start", { nodeId: 2 });
    kafka.emit("start_batch_process", gap);
    kafka.emit("fetch_start", { nodeId: 1 });
    const pushed = kafka.push(10, 2);
    expect(offsets(await reader.next())).toEqual([10, 11]);
    await pushed;
    kafka.emit("start_batch_process", gap);
    expect(await reader.next()).toMatchObject({ records: [], next: 51n });
    await reader.close();
  });

  it("passes a gap although a broker is gone", async () => {
    const kafka = new FakeKafka();
    const reader = await open(kafka, 10n);
    const gap = { topic: "t", partition: 0, batchSize: 0, lastOffset: "50" };
    for (const nodeId of [1, 2]) kafka.emit("fetch_start", { nodeId });
    kafka.join();
    await turn();
    for (let round = 0; round < 2; round++) {
      kafka.emit("fetch_start", { nodeId: 2 });
      kafka.emit("start_batch_process", gap);
      expect(await kafka.push(51, 3)).toBeUndefined();
    }
    kafka.emit("start_batch_process", gap);
    expect(await reader.next()).toMatchObject({ records: [], next: 51n });
    const pushed = kafka.push(51, 3);
    expect(offsets(await reader.next())).toEqual([51, 52, 53]);
    expect(await pushed).toBe("53");
    await reader.close();
  });

  it("fails when the client has crashed for good, not when it starts again by itself", async () => {
    const kafka = new FakeKafka();
    const reader = await open(kafka);
    kafka.join();
    await turn();
    const next = reader.next();
    kafka.emit("crash", { error: new Error("passing"), restart: true });
    kafka.emit("crash", { error: new Error("Snappy compression not implemented"), restart: false });
    await expect(next).rejects.toMatchObject({
      code: "STREAM_MISSING_CODEC",
      details: { codec: "Snappy" },
    });
    await reader.close();
  });
});

it("no broker is a passing error with a hint", async () => {
  const server = createServer();
  const port = await new Promise<number>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port)),
  );
  await new Promise((resolve) => server.close(resolve));
  const kafka = new Kafka({
    brokers: [`127.0.0.1:${port}`],
    logLevel: logLevel.NOTHING,
    retry: { retries: 1, initialRetryTime: 10 },
  });
  const source = kafkaSource(kafka, { topic: "t", groupId: "g" });
  const context = {
    mode: "drain",
    storedPartitions: async () => [],
    assign: async () => new Map(),
  } as const;
  await expect(source.open(context)).rejects.toMatchObject({
    code: "STREAM_KAFKA_FAILED",
    retryable: true,
    hint: "Look whether the brokers can be reached.",
  });
});

it.each([
  [{ groupId: "g" }, /needs a topic/],
  [{ topic: "a", topics: ["b"], groupId: "g" }, /one of the two/],
  [{ topics: ["a", "a"], groupId: "g" }, /twice/],
  [{ topic: "a" }, /needs a groupId/],
  [{ topic: "a", groupId: "g", fromBegining: true }, /no option "fromBegining"/],
  [{ topic: "a", groupId: "g", maxWaitMs: 0 }, /maxWaitMs is 0/],
  [{ topic: "a", groupId: "g", sessionTimeoutMs: 1000, heartbeatIntervalMs: 1000 }, /must be less/],
])("wrong options are refused at once: %j", (options, message) => {
  expect(() => kafkaSource(new FakeKafka(), options as never)).toThrow(message);
});
