import { toRows } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { QueryResult } from "../engine.ts";
import { SqlError } from "../errors.ts";

/**
 * A query result over what an adapter streams.
 *
 * @param start - called when the result is first read; `whole` says that all of it is taken before anything else is done
 */
export function queryResult<R = Record<string, unknown>>(
  statement: string,
  start: (whole: boolean) => AsyncGenerator<RecordBatch>,
): QueryResult<R> {
  let started = false;
  const stream = (whole: boolean): AsyncGenerator<RecordBatch> => {
    if (started) {
      throw new SqlError("SQL_UNSUPPORTED", "A query result is read once, and this one has been.", {
        hint: "Keep batches() or rows(), or call query again.",
        details: { sql: statement },
      });
    }
    started = true;
    return start(whole);
  };
  const batches = async (): Promise<RecordBatch[]> => Array.fromAsync(stream(true));
  const rows = async (): Promise<R[]> => {
    const rows: R[] = [];
    for await (const batch of stream(true)) for (const row of toRows(batch)) rows.push(row as R);
    return rows;
  };
  return {
    [Symbol.asyncIterator]: () => stream(false),
    batches,
    rows,
    row: async () => {
      const [row, ...others] = await rows();
      if (row !== undefined && others.length === 0) return row;
      throw new SqlError(
        "SQL_QUERY_FAILED",
        `The query gave ${row === undefined ? "no row" : `${others.length + 1} rows`} where one was expected.`,
        { details: { sql: statement } },
      );
    },
    mapBatches: (change) => queryResult(statement, (whole) => changed(stream(whole), change)),
  };
}

async function* changed(
  batches: AsyncIterable<RecordBatch>,
  change: (batch: RecordBatch) => RecordBatch,
): AsyncGenerator<RecordBatch> {
  for await (const batch of batches) yield change(batch);
}
