import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { defineTable, int64, type Positions, toRows, utf8 } from "@lakewright/core";
import { CompressionCodecs, CompressionTypes, Kafka, logLevel, type Message } from "kafkajs";
import { afterAll, describe, expect, it } from "vitest";
import { type KafkaBroker, startKafka } from "../../../../tools/services/kafka.ts";
import {
  definePipeline,
  json,
  type MemorySink,
  memorySink,
  type PipelineResult,
  runPipelines,
} from "../../src/index.ts";
import { kafkaSource, type KafkaSourceOptions } from "../../src/kafkajs.ts";
import { readAll } from "../support/read-all.ts";

const broker = await startKafka().catch((error: unknown) => {
  console.warn(`skipped: no Kafka broker: ${String(error)}`);
  return undefined;
});
afterAll(() => broker?.stop());

const table = defineTable("numbers", { n: int64(), text: utf8() });
let count = 0;

function clientOf({ brokers }: KafkaBroker): Kafka {
  return new Kafka({
    clientId: "test",
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 20 },
  });
}

describe.skipIf(!broker)("Kafka", () => {
  const kafka = broker ? clientOf(broker) : undefined!;

  async function makeTopic(partitions = 1): Promise<string> {
    const admin = kafka.admin();
    await admin.connect();
    const topic = `topic-${++count}`;
    await admin.createTopics({
      topics: [{ topic, numPartitions: partitions }],
      waitForLeaders: true,
    });
    await admin.disconnect();
    return topic;
  }

  async function send(
    topic: string,
    messages: Message[],
    compression = CompressionTypes.None,
  ): Promise<void> {
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    await producer.send({ topic, messages, compression });
    await producer.disconnect();
  }

  async function sendNumbers(
    topic: string,
    from: number,
    to: number,
    partitions = 1,
  ): Promise<void> {
    const messages: Message[] = [];
    for (let n = from; n < to; n++) {
      messages.push({ partition: n % partitions, value: `{"n":${n},"text":"${"x".repeat(50)}"}` });
    }
    await send(topic, messages);
  }

  function source(
    topic: string,
    options: Partial<KafkaSourceOptions> = {},
  ): ReturnType<typeof kafkaSource> {
    const groupId = `group-of-${topic}`;
    return kafkaSource(kafka, {
      topic,
      groupId,
      maxWaitMs: 200,
      sessionTimeoutMs: 6000,
      heartbeatIntervalMs: 200,
      ...options,
    });
  }

  function numbers(sink: MemorySink): number[] {
    return sink.batches.flatMap((batch) => toRows(batch, table).map((row) => Number(row.n)));
  }

  async function drain(
    topic: string,
    sink: MemorySink,
    options?: Partial<KafkaSourceOptions>,
  ): Promise<PipelineResult> {
    const pipeline = definePipeline({
      name: "p",
      source: source(topic, options),
      decode: json(table),
      sink,
      batch: { rows: 100 },
    });
    return (await runPipelines([pipeline], { mode: "drain" }))[0]!;
  }

  it("gives keys, values, times, headers twice and tombstones", async () => {
    const topic = await makeTopic();
    await send(topic, [
      { key: "k", value: "v", timestamp: "1700000000000", headers: { a: ["1", "2"], b: "3" } },
      { key: Buffer.from([0xff]), value: null },
      { value: "" },
    ]);
    const { records, partitions, next } = await readAll(source(topic));
    expect(partitions).toEqual([`${topic}-0`]);
    const text = (bytes: unknown): unknown =>
      bytes instanceof Uint8Array ? Buffer.from(bytes).toString("latin1") : bytes;
    expect(records.map(({ offset, key, value }) => [offset, text(key), text(value)])).toEqual([
      [0n, "k", "v"],
      [1n, "\xff", null],
      [2n, null, ""],
    ]);
    expect(records[0]!.timestampMs).toBe(1_700_000_000_000);
    expect(records[0]!.headers.map(([name, value]) => [name, text(value)])).toEqual([
      ["a", "1"],
      ["a", "2"],
      ["b", "3"],
    ]);
    expect([...next]).toEqual([[`${topic}-0`, 3n]]);
  });

  it("drains past transaction markers and aborted records, and ends before an open transaction", async () => {
    const topic = await makeTopic();
    const producer = kafka.producer({
      transactionalId: `tx-${topic}`,
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await producer.connect();
    const write = async (
      value: string,
    ): Promise<Awaited<ReturnType<typeof producer.transaction>>> => {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value }] });
      return transaction;
    };
    await (await write("committed")).commit();
    await (await write("aborted")).abort();
    const drained = await readAll(source(topic));
    expect(
      drained.records.map((record) => [
        record.offset,
        Buffer.from(record.value as Uint8Array).toString(),
      ]),
    ).toEqual([[0n, "committed"]]);
    // Offsets: record, marker, aborted record, marker.
    expect(drained.next.get(`${topic}-0`)).toBe(4n);
    expect((await readAll(source(topic), drained.next)).records).toEqual([]);

    const open = await write("open");
    const before = await readAll(source(topic), drained.next);
    expect(before.records).toEqual([]);
    await open.commit();
    const after = await readAll(source(topic), drained.next);
    expect(after.records.map((record) => record.offset)).toEqual([4n]);
    expect(after.next.get(`${topic}-0`)).toBe(6n);
    await producer.disconnect();
  });

  it("reads what the sink has not, whatever offsets the group has", async () => {
    const topic = await makeTopic(3);
    const sink = memorySink();
    await sendNumbers(topic, 0, 900, 3);
    expect((await drain(topic, sink)).outputs["sink"]).toMatchObject({ read: 900, written: 900 });
    const admin = kafka.admin();
    await admin.connect();
    const groupId = `group-of-${topic}`;
    const committed = async (): Promise<string[]> =>
      (await admin.fetchOffsets({ groupId, topics: [topic] }))[0]!.partitions.map(
        (partition) => partition.offset,
      );
    expect(await committed()).toEqual(["300", "300", "300"]);
    for (const offset of ["0", "450"]) {
      const to = Number(offset) === 0 ? 1200 : 1800;
      await sendNumbers(topic, to - (to === 1200 ? 300 : 600), to, 3);
      await admin.setOffsets({
        groupId,
        topic,
        partitions: [0, 1, 2].map((partition) => ({ partition, offset })),
      });
      await drain(topic, sink);
    }
    await admin.disconnect();
    expect(numbers(sink).sort((a, b) => a - b)).toEqual(Array.from({ length: 1800 }, (_, n) => n));
  });

  it("begins at the end where told, and keeps that end, of an empty partition as well", async () => {
    const topic = await makeTopic(2);
    await sendNumbers(topic, 0, 10);
    const sink = memorySink();
    await drain(topic, sink, { fromBeginning: false });
    expect(numbers(sink)).toEqual([]);
    await sendNumbers(topic, 10, 20, 2);
    await drain(topic, sink, { fromBeginning: false });
    expect(numbers(sink).sort()).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  });

  it("stops where records are gone, the topic is another, or is not there", async () => {
    const topic = await makeTopic();
    await sendNumbers(topic, 0, 10);
    const name = `${topic}-0`;
    const from = (position: bigint): Positions => new Map([[name, position]]);
    const admin = kafka.admin();
    await admin.connect();
    await admin.fetchTopicOffsets(topic); // loads what deleteTopicRecords needs to know
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: "5" }] });
    await admin.disconnect();
    await expect(readAll(source(topic), from(3n))).rejects.toMatchObject({
      code: "STREAM_RECORDS_EXPIRED",
      details: { low: 5n },
    });
    await expect(readAll(source(topic), from(11n))).rejects.toMatchObject({
      code: "STREAM_SOURCE_CHANGED",
      details: { high: 10n },
    });
    expect((await readAll(source(topic), from(10n))).records).toEqual([]);
    expect((await readAll(source(topic))).records.map((record) => record.offset)).toEqual([
      5n,
      6n,
      7n,
      8n,
      9n,
    ]);
    await expect(readAll(source("nosuch"))).rejects.toMatchObject({
      code: "STREAM_KAFKA_FAILED",
      message: 'There is no topic "nosuch".',
    });
  });

  it("names the codec it lacks, and reads once it is there", async () => {
    const topic = await makeTopic();
    const missing = CompressionCodecs[CompressionTypes.ZSTD]!;
    const zstd = {
      compress: async (encoder: { buffer: Buffer }) => zstdCompressSync(encoder.buffer),
      decompress: async (buffer: Buffer) => zstdDecompressSync(buffer),
    };
    CompressionCodecs[CompressionTypes.ZSTD] = () => zstd;
    await send(topic, [{ value: "packed" }], CompressionTypes.ZSTD);
    CompressionCodecs[CompressionTypes.ZSTD] = missing;
    await expect(readAll(source(topic))).rejects.toMatchObject({
      code: "STREAM_MISSING_CODEC",
      details: { codec: "ZSTD" },
    });
    CompressionCodecs[CompressionTypes.ZSTD] = () => zstd;
    const { records } = await readAll(source(topic));
    CompressionCodecs[CompressionTypes.ZSTD] = missing;
    expect(records.map((record) => String(record.value))).toEqual(["packed"]);
  });

  it("shares partitions with a member that joins and leaves, each record once", async () => {
    const topic = await makeTopic(4);
    const total = 40_000;
    const sink = memorySink();
    const stops = [new AbortController(), new AbortController(), new AbortController()];
    const run = async (stop: AbortController): Promise<PipelineResult> => {
      const pipeline = definePipeline({
        name: "p",
        source: source(topic, { maxBytesPerPartition: 20_000 }),
        decode: json(table),
        sink,
        batch: { rows: 200, ageMs: 100 },
      });
      return (await runPipelines([pipeline], { signal: stop.signal }))[0]!;
    };
    const results: Promise<PipelineResult>[] = [run(stops[0]!)];
    for (let n = 0; n < total; n += 4000) {
      await sendNumbers(topic, n, n + 4000, 4);
      if (n === 8000) results.push(run(stops[1]!));
      if (n === 20_000) results.push(run(stops[2]!));
      if (n === 28_000) stops[1]!.abort();
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    const deadline = performance.now() + 60_000;
    while (numbers(sink).length < total && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    stops.forEach((stop) => stop.abort());
    const done = await Promise.all(results);
    expect(numbers(sink).sort((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, n) => n));
    const written = done.map((result) => result.outputs["sink"]!.written);
    expect(written.reduce((sum, one) => sum + one, 0)).toBe(total);
    expect(written.filter((one) => one > 0).length).toBeGreaterThanOrEqual(2);
  });

  it("goes on alone when the broker was killed and comes back", async () => {
    const topic = await makeTopic(2);
    const sink = memorySink();
    const stop = new AbortController();
    const pipeline = definePipeline({
      name: "p",
      source: source(topic),
      decode: json(table),
      sink,
      batch: { rows: 100, ageMs: 100 },
    });
    const running = runPipelines([pipeline], { signal: stop.signal });
    await sendNumbers(topic, 0, 1000, 2);
    while (numbers(sink).length < 1000) await new Promise((resolve) => setTimeout(resolve, 50));
    await broker!.kill();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await broker!.restart();
    await sendNumbers(topic, 1000, 2000, 2);
    const deadline = performance.now() + 90_000;
    while (numbers(sink).length < 2000 && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    stop.abort();
    await running;
    // A producer that lost an answer may have sent twice: the topic says what there is.
    const admin = kafka.admin();
    await admin.connect();
    const ends = await admin.fetchTopicOffsets(topic);
    await admin.disconnect();
    expect(numbers(sink)).toHaveLength(ends.reduce((sum, { high }) => sum + Number(high), 0));
    expect(new Set(numbers(sink))).toEqual(new Set(Array.from({ length: 2000 }, (_, n) => n)));
  });
});
