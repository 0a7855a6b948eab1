import { join } from "node:path";
import { seededRandom } from "@lakewright/core";
import { Kafka, logLevel } from "kafkajs";
import { Client } from "pg";
import { afterAll, describe, expect, it } from "vitest";
import { startKafka } from "../../../../tools/services/kafka.ts";
import { startPostgres } from "../../../../tools/services/postgres.ts";
import { numbersOf } from "../support/oracle.ts";
import { pause, startWorker, type Worker } from "../support/process.ts";
import { isBad, payload } from "../support/tables.ts";
import { tempFolder } from "../support/temp-folder.ts";
import type { Work } from "../support/worker.ts";

const TOTAL = 24_000;
const PARTITIONS = 4;
const KILLS = 10;
const STOPS = 2;
/** Longer than the session of a worker: it wakes as a zombie, its partitions gone. */
const STOP_MS = 4500;

function missing(name: string): (error: unknown) => undefined {
  return (error) => {
    console.warn(`skipped: no ${name}: ${String(error)}`);
    return undefined;
  };
}

const broker = await startKafka().catch(missing("Kafka broker"));
const database = await startPostgres().catch(missing("Postgres"));
afterAll(async () => {
  await broker?.stop();
  await database?.stop();
});

const all = Array.from({ length: TOTAL }, (_, n) => n);
const good = all.filter((n) => !isBad(n));
const bad = all.filter(isBad);

/** Two members share the topic while records arrive; members are killed, stopped longer than their session, replaced. */
async function storm(work: Work, topic: string, written: () => Promise<number>): Promise<void> {
  const random = seededRandom(11);
  const kafka = new Kafka({ brokers: [...broker!.brokers], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({
    topics: [{ topic, numPartitions: PARTITIONS }],
    waitForLeaders: true,
  });
  await admin.disconnect();
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  let sent = 0;
  const sendMore = async (count: number): Promise<void> => {
    const messages = all.slice(sent, sent + count).map((n) => ({
      partition: n % PARTITIONS,
      value: payload(n),
    }));
    sent += messages.length;
    if (messages.length > 0) await producer.send({ topic, messages });
  };

  const workers: Worker[] = [startWorker(work), startWorker(work)];
  const share = Math.ceil(TOTAL / (KILLS + STOPS + 1));
  for (let round = 0; round < KILLS + STOPS; round++) {
    await sendMore(share);
    const k = round % workers.length;
    const worker = workers[k]!;
    if (round % 5 === 3) {
      worker.process.kill("SIGSTOP");
      await pause(STOP_MS);
      worker.process.kill("SIGCONT");
      continue;
    }
    await Promise.race([worker.said("flush"), pause(6000)]);
    await pause(random.next() * 200);
    worker.process.kill("SIGKILL");
    expect(await worker.ended, worker.errors()).toBe("SIGKILL");
    workers[k] = startWorker(work);
  }
  await sendMore(TOTAL);
  await producer.disconnect();
  const deadline = performance.now() + 90_000;
  while ((await written()) < good.length && performance.now() < deadline) await pause(500);
  // Anything written twice would come now.
  await pause(1000);
  for (const worker of workers) worker.process.kill("SIGTERM");
  for (const worker of workers) expect(await worker.ended, worker.errors()).toBe("exit 0");
}

describe.skipIf(!broker)(`Kafka, ${KILLS} kills and ${STOPS} zombies`, () => {
  it("lands in two lake tables once", async () => {
    const lake = join(tempFolder(), "lake");
    const topic = "kill-lake";
    const work: Work = {
      name: "kill-lake",
      source: { brokers: broker!.brokers, topic },
      sink: { lake },
    };
    const flat = join(lake, "flat");
    await storm(work, topic, async () => (await numbersOf(flat).catch(() => [])).length);
    expect(await numbersOf(join(lake, "numbers"))).toEqual(good);
    expect(await numbersOf(flat)).toEqual(good);
    const letters = await numbersOf(join(lake, "dead_letters"), "offset");
    const offsets = bad.map((n) => Math.floor(n / PARTITIONS)).sort((a, b) => a - b);
    expect(letters).toEqual(offsets);
  });

  it.skipIf(!database)("lands in two tables of a database once", async () => {
    const url = await database!.createDatabase();
    const topic = "kill-sql";
    const work: Work = {
      name: "kill-sql",
      source: { brokers: broker!.brokers, topic },
      sink: { postgres: url },
    };
    const client = new Client(url);
    await client.connect();
    const read = async (text: string): Promise<number[]> =>
      (await client.query<{ n: string }>(text)).rows.map((row) => Number(row.n));
    const count = async (): Promise<number> =>
      (await read("SELECT count(*) AS n FROM flat").catch(() => [0]))[0]!;
    await storm(work, topic, count);
    expect(await read("SELECT n FROM numbers ORDER BY n")).toEqual(good);
    expect(await read("SELECT n FROM flat ORDER BY n")).toEqual(good);
    const letters = await read(
      `SELECT "offset" * ${PARTITIONS} + right("partition", 1)::int AS n FROM dead_letters ORDER BY 1`,
    );
    expect(letters).toEqual(bad);
    await client.end();
  });
});
