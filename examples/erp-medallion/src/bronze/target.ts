import type { ExtractTarget } from "@lakewright/warehouse/extract";
import type { RecordResult } from "@lakewright/lake";
import type { RecordBatch } from "apache-arrow";
import { bronzeName, type SourceTable } from "../source/schema/source-table.ts";
import type { BronzeLake } from "./bronze-lake.ts";

/** What was recorded of one table. */
export interface Recorded {
  readonly read: number;
  readonly inserted: number;
  readonly changed: number;
  readonly deleted: number;
}

/**
 * Bronze as a target of extractions. A range that is written again, after a crash, changes nothing: its rows are what is
 * recorded already.
 *
 * @param at - when the source was so, microseconds since 1970
 */
export function bronzeTarget(
  bronze: BronzeLake,
  sources: ReadonlyMap<string, SourceTable>,
  at: bigint,
  onRecorded: (source: SourceTable, recorded: Recorded) => void,
): ExtractTarget {
  return {
    write: async ({ table }, batches, { mode, sequence, signal }) => {
      const source = sources.get(table.name)!;
      const iterator = batches[Symbol.asyncIterator]();
      const first = await iterator.next();
      // Nothing has changed, and the table has been made: it is not opened.
      if (first.done === true && mode === "changes" && sequence > 1n) return { rows: 0 };
      const history = await bronze.history(source);
      try {
        const result = await history.record(chain(first, iterator), {
          mode,
          at,
          fileName: `${bronzeName(source)}-${String(sequence).padStart(6, "0")}`,
          signal,
        });
        onRecorded(source, recordedOf(result));
        return { rows: result.rowsRead };
      } finally {
        await history.close();
      }
    },
  };
}

async function* chain(
  first: IteratorResult<RecordBatch, unknown>,
  rest: AsyncIterator<RecordBatch>,
): AsyncGenerator<RecordBatch> {
  for (let next = first; next.done !== true; next = await rest.next()) yield next.value;
}

/** Records rows that came or changed, and with `_deleted` the keys of those that are gone. */
export async function recordRows(
  bronze: BronzeLake,
  source: SourceTable,
  rows: readonly Record<string, unknown>[],
  at: bigint,
): Promise<Recorded> {
  const history = await bronze.tombstones(source);
  try {
    return recordedOf(
      await history.record(rows as never, { mode: "changes", at, fileName: bronzeName(source) }),
    );
  } finally {
    await history.close();
  }
}

function recordedOf(result: RecordResult): Recorded {
  return {
    read: result.rowsRead,
    inserted: result.rowsInserted,
    changed: result.rowsChanged,
    deleted: result.rowsDeleted,
  };
}
