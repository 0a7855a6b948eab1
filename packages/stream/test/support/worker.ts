import { subscribe } from "node:diagnostics_channel";
import { writeSync } from "node:fs";
import type { Row, Sink, Table } from "@lakewright/core";
import type { SqlEngine } from "@lakewright/sql";
import {
  deadLetterTable,
  definePipeline,
  json,
  mapTo,
  runPipelines,
  type Source,
} from "../../src/index.ts";
import { kafkaSource } from "../../src/kafkajs.ts";
import { fileSource } from "../../src/node.ts";
import { flatTable, numbersTable } from "./tables.ts";

/** A process of its own that runs one pipeline, to be killed. What to do is JSON in its first argument. */
export interface Work {
  readonly name: string;
  readonly source:
    { readonly file: string } | { readonly brokers: readonly string[]; readonly topic: string };
  readonly sink: { readonly lake: string } | { readonly postgres: string };
}

const work = JSON.parse(process.argv[2]!) as Work;
const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());
// Synchronous, so that a line is out before a kill.
const say = (line: string): void => void writeSync(1, `${line}\n`);

let engine: SqlEngine | undefined;

// Imported where they are needed: a worker starts often, and should start fast.
async function sinkOf(table: Table): Promise<Sink> {
  if ("postgres" in work.sink) {
    const { sqlSink } = await import("@lakewright/sql");
    const { postgres } = await import("@lakewright/sql/postgres");
    engine ??= postgres(work.sink.postgres);
    return sqlSink(engine, table, { target: table.name, create: true });
  }
  const { createTable } = await import("@lakewright/lake");
  const { localStore } = await import("@lakewright/lake/node");
  return createTable(localStore(work.sink.lake).at(table.name), table, { ifExists: "open" });
}

async function sourceOf(): Promise<Source> {
  if ("file" in work.source) return fileSource(work.source.file);
  const { Kafka, logLevel } = await import("kafkajs");
  const { brokers, topic } = work.source;
  const kafka = new Kafka({
    clientId: `worker-${process.pid}`,
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 20 },
  });
  return kafkaSource(kafka, {
    topic,
    groupId: work.name,
    sessionTimeoutMs: 3000,
    rebalanceTimeoutMs: 3000,
    heartbeatIntervalMs: 200,
    maxWaitMs: 100,
    maxBytesPerPartition: 20_000,
  });
}

const pipeline = definePipeline({
  name: work.name,
  source: await sourceOf(),
  decode: json(numbersTable),
  batch: { rows: 400, ageMs: 200 },
  outputs: [
    { name: "all", sink: await sinkOf(numbersTable) },
    {
      name: "flat",
      sink: await sinkOf(flatTable),
      map: mapTo(flatTable, ({ n, text }: Row<typeof numbersTable>) => ({
        n,
        length: text.length,
      })),
    },
  ],
  deadLetters: await sinkOf(deadLetterTable),
});

let flushes = 0;
subscribe("lakewright:stream.flush", () => say(`flush ${++flushes}`));
say("running");
const [result] = await runPipelines([pipeline], { signal: stop.signal });
say(`done ${JSON.stringify(result)}`);
await engine?.close();
