import {
  defineTable,
  int64,
  LakewrightError,
  nullable,
  type Sink,
  toRows,
  utf8,
} from "@lakewright/core";
import { describe, expect, it } from "vitest";
import {
  type Clock,
  deadLetterTable,
  definePipeline,
  drop,
  dropWhen,
  json,
  keepWhen,
  mapRows,
  type MemorySink,
  memorySink,
  memorySource,
  type PipelineProgress,
  pseudonymise,
  raw,
  rawTable,
  reject,
  runPipelines,
  type Source,
  stepsFor,
} from "../../src/index.ts";

const table = defineTable("people", { id: int64(), name: nullable(utf8()) });
const step = stepsFor(table);
const people = (...ids: number[]): string[] => ids.map((id) => `{"id":${id},"name":"n${id}"}`);
const ids = (sink: MemorySink): number[] =>
  sink.batches.flatMap((batch) => toRows(batch, table).map((row) => Number(row.id)));
const letters = (sink: MemorySink): Record<string, unknown>[] =>
  sink.batches.flatMap((batch) => toRows(batch, deadLetterTable) as Record<string, unknown>[]);

/** A source that waits for more after its last record. */
function endless(records: string[]): Source {
  const source = memorySource(records);
  return {
    ...source,
    open: async (context) => {
      const reader = await source.open(context);
      const next = reader.next.bind(reader);
      reader.next = async () => (await next()) ?? new Promise<undefined>(() => {});
      return reader;
    },
  };
}

describe("a pipeline", () => {
  it("decodes, transforms and writes, and counts every record once", async () => {
    const sink = memorySink();
    const deadLetters = memorySink();
    const [result] = await runPipelines([
      definePipeline({
        name: "p",
        source: memorySource([...people(1, 2, 3, 4), "no json", { value: null }, '{"id":"x"}']),
        decode: json(table),
        transform: [
          step.dropWhen((row) => row.id === 1n, "first"),
          step.keepWhen((row) => row.id !== 2n, "second"),
          step.mapRows("double", (row) =>
            row.id === 3n ? reject("BAD", "is three", "id") : { ...row, id: 2n * row.id },
          ),
          pseudonymise(["name"], "0123456789abcdef"),
        ],
        sink,
        deadLetters,
      }),
    ]);
    expect(ids(sink)).toEqual([8]);
    expect(result).toMatchObject({
      state: "end",
      outputs: {
        sink: {
          read: 7,
          written: 1,
          dropped: { first: 1, second: 1, tombstone: 1 },
          deadLettered: { BAD: 1, INVALID_JSON: 1, INVALID_VALUE: 1 },
          flushes: { end: 1 },
        },
      },
    });
    expect(
      letters(deadLetters).map(({ offset, stage, code, column }) => [offset, stage, code, column]),
    ).toEqual([
      [2n, "transform", "BAD", "id"],
      [4n, "decode", "INVALID_JSON", null],
      [6n, "decode", "INVALID_VALUE", "id"],
    ]);
  });

  it("writes batches by rows, by bytes and by age", async () => {
    const run = async (batch: object): Promise<number[]> => {
      const sink = memorySink();
      const source = memorySource(people(1, 2, 3, 4, 5));
      await runPipelines([definePipeline({ name: "p", source, decode: json(table), batch, sink })]);
      return sink.batches.map((one) => one.numRows);
    };
    expect(await run({ rows: 2 })).toEqual([2, 2, 1]);
    expect(await run({ bytes: 45 })).toEqual([3, 2]);
    expect(await run({})).toEqual([5]);
    const sink = memorySink();
    const stop = new AbortController();
    const running = runPipelines(
      [
        definePipeline({
          name: "p",
          source: endless(people(1)),
          decode: json(table),
          batch: { ageMs: 30 },
          sink,
        }),
      ],
      { signal: stop.signal },
    );
    while (sink.batches.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    expect((await running)[0]!.outputs["sink"]!.flushes).toMatchObject({ age: 1 });
  });

  it("goes on where its sinks stand, each output for itself", async () => {
    const first = memorySink();
    const second = memorySink();
    const run = async (
      list: string[],
      outputs: { name: string; sink: MemorySink }[],
    ): Promise<unknown> =>
      (
        await runPipelines([
          definePipeline({ name: "p", source: memorySource(list), decode: json(table), outputs }),
        ])
      )[0];
    await run(people(1, 2), [{ name: "first", sink: first }]);
    const both = [
      { name: "first", sink: first },
      { name: "second", sink: second },
    ];
    expect(await run(people(1, 2, 3), both)).toMatchObject({
      outputs: { first: { read: 1 }, second: { read: 3 } },
      skipped: 0,
    });
    expect([ids(first), ids(second)]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  it("stops at the first bad record where there are no dead letters, and says where it is", async () => {
    const sink = memorySink();
    const source = memorySource([...people(1, 2), "{"]);
    await expect(
      runPipelines([
        definePipeline({ name: "p", source, decode: json(table), batch: { rows: 1 }, sink }),
      ]),
    ).rejects.toMatchObject({
      code: "STREAM_BAD_RECORD",
      message: expect.stringContaining('Pipeline "p", 0 offset 2:'),
      details: { position: 2n, code: "INVALID_JSON" },
    });
    expect(ids(sink)).toEqual([1, 2]);
  });

  it("stops when too many records fail, with nothing of the batch written", async () => {
    const sink = memorySink();
    const deadLetters = memorySink();
    const source = memorySource([...people(1), ...Array.from({ length: 300 }, () => "{")]);
    const pipeline = definePipeline({ name: "p", source, decode: json(table), sink, deadLetters });
    await expect(runPipelines([pipeline])).rejects.toMatchObject({
      code: "STREAM_TOO_MANY_DEAD_LETTERS",
    });
    expect([ids(sink), letters(deadLetters)]).toEqual([[], []]);
  });

  it("makes a row that does not fit its table a dead letter", async () => {
    const sink = memorySink();
    const deadLetters = memorySink();
    const wide = mapRows<{ id: bigint; name: string | null }>("wide", (row) => ({
      ...row,
      id: row.id * 10n ** 18n,
    }));
    const source = memorySource(people(1, 2, 300));
    await runPipelines([
      definePipeline({
        name: "p",
        source,
        decode: json(table),
        transform: [wide],
        sink,
        deadLetters,
        maxDeadLetterRatio: 1,
      }),
    ]);
    expect(sink.batches[0]!.numRows).toBe(2);
    expect(letters(deadLetters)).toMatchObject([
      { stage: "row", code: "ROW_INVALID", column: "id", offset: 2n },
    ]);
  });

  it("keeps a listener informed, and outlives one that throws", async () => {
    const reports: PipelineProgress[] = [];
    const source = memorySource(people(...Array.from({ length: 5000 }, (_, k) => k)));
    const pipeline = definePipeline({
      name: "p",
      source,
      decode: json(table),
      sink: memorySink(),
      batch: { rows: 100 },
    });
    await runPipelines([pipeline], {
      onProgress: (progress) => {
        reports.push(progress);
        throw new Error("listener");
      },
    });
    expect(reports[0]).toMatchObject({ phase: "p", unit: "rows", result: { state: "running" } });
    expect(reports[0]!.status).toMatch(/^waiting: /);
  });

  it("passes records on as they came", async () => {
    const sink = memorySink();
    const source = memorySource([
      {
        key: "k",
        value: Uint8Array.from([0xff]),
        headers: [
          ["h", "v"],
          ["h", null],
        ],
        timestampMs: 5,
      },
      { value: null },
    ]);
    await runPipelines([definePipeline({ name: "p", source, decode: raw(), sink })]);
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    expect(toRows(sink.batches[0]!, rawTable)).toEqual([
      {
        offset: 0n,
        timestamp: 5000n,
        key: bytes("k"),
        value: Uint8Array.from([0xff]),
        headers: [
          { name: "h", value: bytes("v") },
          { name: "h", value: null },
        ],
      },
      { offset: 1n, timestamp: null, key: null, value: null, headers: [] },
    ]);
  });
});

class Passing extends LakewrightError<"PASSING"> {}
const passing = (): Passing => new Passing("PASSING", "Try again.", { retryable: true });

describe("a sink that fails", () => {
  const noWait: Clock = {
    now: () => performance.now(),
    wallMicros: () => 0n,
    after: (_ms, run) => {
      const timer = setTimeout(run, 0);
      return () => clearTimeout(timer);
    },
  };

  function failing(sink: MemorySink, times: number, when: "before" | "after"): Sink {
    return {
      positions: (consumer) => sink.positions(consumer),
      write: async (...args) => {
        if (times-- <= 0) return sink.write(...args);
        if (when === "after") await sink.write(...args);
        throw passing();
      },
    };
  }

  it.each(["before", "after"] as const)(
    "%s it wrote is tried again, and the rows are there once",
    async (when) => {
      const sink = memorySink();
      const source = memorySource(people(1, 2, 3));
      const pipeline = definePipeline({
        name: "p",
        source,
        decode: json(table),
        batch: { rows: 2 },
        sink: failing(sink, 1, when),
      });
      await runPipelines([pipeline], { clock: noWait });
      expect(ids(sink)).toEqual([1, 2, 3]);
    },
  );

  it("longer than the attempts opens the pipeline again, and then gives up", async () => {
    const sink = memorySink();
    const define = (times: number): ReturnType<typeof definePipeline> =>
      definePipeline({
        name: "p",
        source: memorySource(people(1)),
        decode: json(table),
        sink: failing(sink, times, "before"),
        retry: { attempts: 2 },
      });
    await expect(runPipelines([define(100)], { clock: noWait, restarts: 2 })).rejects.toThrow(
      "Try again.",
    );
    const [result] = await runPipelines([define(5)], { clock: noWait });
    expect(result!.restarts).toBe(2);
    expect(ids(sink)).toEqual([1]);
  });

  it("for good stops the others, which write what they have read", async () => {
    const sink = memorySink();
    const broken: Sink = {
      positions: async () => new Map(),
      write: async () => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        throw new Error("disk full");
      },
    };
    const good = definePipeline({
      name: "good",
      source: endless(people(1)),
      decode: json(table),
      sink,
    });
    const bad = definePipeline({
      name: "bad",
      source: memorySource(people(1)),
      decode: json(table),
      sink: broken,
    });
    await expect(runPipelines([bad, good])).rejects.toThrow("disk full");
    expect(ids(sink)).toEqual([1]);
  });

  it("to answer does not hold the process", async () => {
    const hung: Sink = { positions: async () => new Map(), write: () => new Promise(() => {}) };
    const stop = new AbortController();
    const pipeline = definePipeline({
      name: "p",
      source: memorySource(people(1)),
      decode: json(table),
      sink: hung,
    });
    const running = runPipelines([pipeline], { signal: stop.signal, drainTimeoutMs: 20 });
    setTimeout(() => stop.abort(), 20);
    await expect(running).rejects.toMatchObject({ code: "STREAM_DRAIN_TIMEOUT" });
  });

  it("because another process moved its positions is read again from there", async () => {
    const sink = memorySink();
    let stolen = false;
    const contested: Sink = {
      positions: (consumer) => sink.positions(consumer),
      write: async (batches, range, options) => {
        if (!stolen) {
          stolen = true;
          // A rival takes the first two records of the three.
          const rival = memorySource(people(1, 2));
          await runPipelines([
            definePipeline({ name: "p", source: rival, decode: json(table), sink }),
          ]);
        }
        return sink.write(batches, range, options);
      },
    };
    const pipeline = definePipeline({
      name: "p",
      source: memorySource(people(1, 2, 3)),
      decode: json(table),
      sink: contested,
    });
    const [result] = await runPipelines([pipeline]);
    expect(ids(sink)).toEqual([1, 2, 3]);
    expect(result).toMatchObject({ outputs: { sink: { fenced: 1, written: 1 } }, discarded: 3 });
  });
});

it("wrong definitions are refused at once", () => {
  const source = memorySource([]);
  const decode = json(table);
  const sink = memorySink();
  expect(() => definePipeline({ name: "", source, decode, sink })).toThrow(/needs a name/);
  expect(() => definePipeline({ name: "p", source, decode })).toThrow(/needs a sink, or outputs/);
  expect(() =>
    definePipeline({ name: "p", source, decode, outputs: [{ name: "sink", sink }] }),
  ).toThrow(/no output can be named "sink"/);
  expect(() => definePipeline({ name: "p", source, decode, sink, batch: { rows: 0 } })).toThrow(
    /batch.rows is 0/,
  );
  expect(() => definePipeline({ name: "p", source, decode, sink, maxDeadLetterRatio: 2 })).toThrow(
    /maxDeadLetterRatio is 2/,
  );
  expect(() => definePipeline({ name: "p", source, decode, sink, bacth: {} } as never)).toThrow(
    /no option "bacth"/,
  );
  expect(() =>
    definePipeline({ name: "p", source, decode, sink, batch: { row: 1 } as never }),
  ).toThrow(/no option "row"/);
  const dropped = dropWhen(() => true, "all");
  expect(dropped.apply({}, undefined!)).toEqual(drop("all"));
  expect(keepWhen(() => true, "all").apply({}, undefined!)).toBeUndefined();
});
