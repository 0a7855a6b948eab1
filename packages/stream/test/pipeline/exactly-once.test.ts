import {
  defineTable,
  int64,
  LakewrightError,
  type Random,
  seededRandom,
  type Sink,
  toRows,
} from "@lakewright/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  deadLetterTable,
  definePipeline,
  json,
  type MemoryRecord,
  type MemorySink,
  memorySink,
  memorySource,
  runPipelines,
} from "../../src/index.ts";

class Fault extends LakewrightError<"FAULT"> {}

const table = defineTable("t", { n: int64() });

/** A sink that fails at random moments: before or after it has written, to be tried again or for good. */
function faulty(sink: MemorySink, random: Random, rate: number): Sink {
  const strike = (): void => {
    if (random.next() >= rate) return;
    const retryable = random.next() < 0.5;
    throw new Fault("FAULT", "struck", { retryable });
  };
  return {
    positions: async (consumer) => {
      strike();
      return sink.positions(consumer);
    },
    write: async (...args) => {
      strike();
      const result = await sink.write(...args);
      strike();
      return result;
    },
  };
}

it("every record lands once in every output or in the dead letters once, whatever fails and whoever else runs", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        seed: fc.integer(),
        records: fc.integer({ min: 0, max: 60 }),
        partitions: fc.integer({ min: 1, max: 3 }),
        rows: fc.integer({ min: 1, max: 20 }),
        chunkRecords: fc.integer({ min: 1, max: 30 }),
        rate: fc.constantFrom(0, 0.1, 0.3),
        processes: fc.integer({ min: 1, max: 2 }),
      }),
      async ({ seed, records, partitions, rows, chunkRecords, rate, processes }) => {
        const random = seededRandom(seed);
        const topic: Record<string, MemoryRecord[]> = {};
        const good: number[] = [];
        const bad: string[] = [];
        for (let p = 0; p < partitions; p++) {
          let offset = 0n;
          topic[`p${p}`] = Array.from({ length: records }, (_, k) => {
            const n = p * 1000 + k;
            offset += BigInt(1 + Math.floor(random.next() * 3)); // gaps, as of compaction
            const isBad = random.next() < 0.2;
            if (isBad) bad.push(`p${p} ${offset}`);
            else good.push(n);
            return { offset, value: isBad ? "bad" : `{"n":${n}}` };
          });
        }
        const first = memorySink();
        const second = memorySink();
        const deadLetters = memorySink();
        const run = async (faultRate: number): Promise<void> => {
          const pipeline = definePipeline({
            name: "p",
            source: memorySource(topic, { chunkRecords }),
            decode: json(table),
            batch: { rows },
            outputs: [
              { name: "first", sink: faulty(first, random, faultRate) },
              { name: "second", sink: faulty(second, random, faultRate) },
            ],
            deadLetters: faulty(deadLetters, random, faultRate),
            maxDeadLetterRatio: 1,
            retry: { baseMs: 0.1, attempts: 3 },
          });
          await runPipelines([pipeline], { restarts: 1, seed }).catch((error: unknown) => {
            const code = (error as { code?: string }).code;
            // Two processes that read all partitions may fence each other too often: then one gives up.
            if (code !== "FAULT" && code !== "STREAM_FENCED") throw error;
          });
        };
        for (let round = 0; round < 4; round++) {
          await Promise.all(Array.from({ length: processes }, () => run(rate)));
        }
        await run(0);
        const numbers = (sink: MemorySink): number[] =>
          sink.batches
            .flatMap((batch) => toRows(batch, table).map((row) => Number(row.n)))
            .sort((a, b) => a - b);
        expect(numbers(first)).toEqual(good);
        expect(numbers(second)).toEqual(good);
        const letters = deadLetters.batches.flatMap((batch) =>
          toRows(batch, deadLetterTable).map((row) => `${row.partition} ${row.offset}`),
        );
        expect(letters.sort()).toEqual(bad.sort());
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);
