import type { Sql, SqlSession } from "@lakewright/sql";
import type { RecordBatch } from "apache-arrow";
import { Channel } from "./channel.ts";
import { keyRanges } from "./ranges.ts";
import type { ReadContext } from "../reading.ts";

/** Ranges a connection gets, on average: those that are done early take what is left. */
const RANGES_PER_CONNECTION = 4;

/** Whether several connections can read a table at once. */
export function canReadInRanges({ engine, dialect, source, options }: ReadContext): boolean {
  return (
    (options.connections ?? 1) > 1 &&
    dialect.readsInRanges &&
    engine.capabilities.readersDuringWrite &&
    (source.primaryKey?.length ?? 0) > 0
  );
}

/**
 * The rows of a table in ranges of its primary key, over several connections: what one snapshot has, where the engine can
 * share it. Connections the pool does not have yet join later or not at all.
 */
export async function* readInRanges(
  context: ReadContext,
  statement: (range: Sql) => Sql,
): AsyncGenerator<RecordBatch> {
  const { engine, dialect, options } = context;
  const { connections = 1, signal, batchRows } = options;
  const left = [...(await keyRanges(context, connections * RANGES_PER_CONNECTION))];
  const channel = new Channel<RecordBatch>(2 * connections);
  const snapshot = Promise.withResolvers<string | undefined>();
  let reading = 0;
  let allDone = Promise.withResolvers<undefined>();
  const readRanges = async (session: SqlSession): Promise<void> => {
    for (let range = left.shift(); range; range = left.shift()) {
      for await (const batch of session.query(statement(range), { signal, batchRows })) {
        await channel.push(batch);
      }
    }
  };
  const isolated = { isolation: "repeatable read", readOnly: true, signal } as const;
  const first = async (): Promise<void> =>
    engine.transaction(async (session) => {
      const exported =
        dialect.sharedSnapshot && (await session.query(dialect.sharedSnapshot.exported).row());
      snapshot.resolve(exported && String(exported["snapshot"]));
      await readRanges(session);
      // Its snapshot lasts as long as it does.
      while (reading > 0) await allDone.promise;
    }, isolated);
  const other = async (): Promise<void> => {
    const name = await snapshot.promise;
    await engine.transaction(async (session) => {
      if (left.length === 0) return;
      reading++;
      try {
        if (name !== undefined) await session.execute(dialect.sharedSnapshot!.import(name));
        await readRanges(session);
      } finally {
        reading--;
        allDone.resolve(undefined);
        allDone = Promise.withResolvers();
      }
    }, isolated);
  };
  const failed = (error: unknown): void => {
    left.length = 0;
    channel.fail(error);
    snapshot.reject(error);
  };
  snapshot.promise.catch(() => {});
  const workers = [first(), ...Array.from({ length: connections - 1 }, other)].map((worker) =>
    worker.catch(failed),
  );
  const ended = Promise.all(workers).then(() => channel.end());
  try {
    yield* channel;
  } finally {
    left.length = 0;
    await ended;
  }
}
