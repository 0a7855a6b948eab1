import { RecordBatch, RecordBatchReader, type Schema } from "apache-arrow";
import { CoreError } from "../errors.ts";
import { untilAborted } from "../runtime/until-aborted.ts";
import { showValue } from "../values/show.ts";
import type { RowInput, Table } from "../table.ts";
import { batchBuilder, type BuildOptions } from "./build.ts";
import { conformBatch } from "./conform.ts";
import { assertBatch, looksLikeBatch } from "./foreign.ts";

/** What every verb that takes data takes: rows, Arrow batches, IPC bytes, or a stream of rows or batches. */
export type RowsOrBatches<T extends Table = Table> =
  | RecordBatch
  | Uint8Array
  | readonly (RowInput<T> | RecordBatch)[] // an Iterable too, but named for what the compiler says of a wrong row
  | Iterable<RowInput<T> | RecordBatch>
  | AsyncIterable<RowInput<T> | RecordBatch>;

export interface ToBatchesOptions extends Omit<BuildOptions, "compile"> {
  /** Rows of a batch made from rows; batches given keep their size. Default 65,536. */
  readonly batchRows?: number | undefined;
  /** Stops the reading, also of a stream that has stalled; its reason is thrown as it is. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The data as batches of the table, whatever form it came in. Nothing is held but the rows of one batch.
 *
 * @throws CoreError CORE_INVALID_VALUE for a row value, CORE_SCHEMA_MISMATCH for a batch that does not fit.
 */
export async function* toBatches<T extends Table>(
  table: T,
  data: RowsOrBatches<T>,
  options: ToBatchesOptions = {},
): AsyncGenerator<RecordBatch> {
  const { batchRows = 65_536, signal, ...build } = options;
  if (data instanceof RecordBatch) {
    yield conformBatch(table, data);
    return;
  }
  if (!isIterable(data)) {
    throw new CoreError(
      "CORE_INVALID_VALUE",
      `The data for table "${table.name}" is ${showValue(data)}, which is nothing to take rows from.`,
      {
        hint: "Give rows or batches in an array or another iterable, one batch, or Arrow IPC bytes.",
      },
    );
  }
  const builder = batchBuilder(table, build);
  let taken = 0;
  const built = (rows: readonly RowInput<T>[]): RecordBatch => {
    const first = taken;
    taken += rows.length;
    try {
      return builder.build(rows);
    } catch (error) {
      throw first === 0 ? error : rebased(error, first);
    }
  };
  const items = data instanceof Uint8Array ? ipcBatches(data) : data;
  const groups =
    Symbol.asyncIterator in items
      ? streamedGroups<RowInput<T>>(items, batchRows, signal)
      : groupsOf<RowInput<T>>(items, batchRows, signal);
  for await (const group of groups) {
    if (Array.isArray(group)) {
      yield built(group);
    } else {
      assertBatch(group);
      yield conformBatch(table, group);
    }
  }
  signal?.throwIfAborted();
}

/** Rows in arrays of so many at most, and batches, in their order. What is there already is not waited for row by row. */
function* groupsOf<R>(
  items: Iterable<R | RecordBatch>,
  most: number,
  signal: AbortSignal | undefined,
): Generator<R[] | RecordBatch> {
  let rows: R[] = [];
  for (const item of items) {
    signal?.throwIfAborted();
    if (looksLikeBatch(item)) {
      if (rows.length > 0) yield rows;
      rows = [];
      yield item;
    } else {
      rows.push(item);
      if (rows.length < most) continue;
      yield rows;
      rows = [];
    }
  }
  signal?.throwIfAborted();
  if (rows.length > 0) yield rows;
}

/** The same of a stream. */
async function* streamedGroups<R>(
  items: AsyncIterable<R | RecordBatch>,
  most: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<R[] | RecordBatch> {
  let rows: R[] = [];
  for await (const item of untilAborted<R | RecordBatch>(items, signal)) {
    signal?.throwIfAborted();
    if (looksLikeBatch(item)) {
      if (rows.length > 0) yield rows;
      rows = [];
      yield item;
    } else {
      rows.push(item);
      if (rows.length < most) continue;
      yield rows;
      rows = [];
    }
  }
  signal?.throwIfAborted();
  if (rows.length > 0) yield rows;
}

/**
 * The batches of Arrow IPC bytes, stream or file. Bytes cross between copies of apache-arrow, objects do not.
 *
 * @throws CoreError CORE_INVALID_VALUE for bytes that are no IPC, or are damaged.
 */
export function* ipcBatches(bytes: Uint8Array): Generator<RecordBatch, void, undefined> {
  try {
    // Bytes without a schema are read by Arrow as a stream that has ended.
    const reader = RecordBatchReader.from(bytes).open();
    if (!(reader.schema as Schema | undefined)) throw new Error("they have no schema");
    yield* reader;
  } catch (cause) {
    throw new CoreError(
      "CORE_INVALID_VALUE",
      `These ${bytes.length} bytes cannot be read as Arrow IPC: ${String(cause instanceof Error ? cause.message : cause).replace(/\.$/, "")}.`,
      { hint: "Give the bytes of an Arrow stream or file, whole: tableToIPC(table).", cause },
    );
  }
}

function isIterable(data: unknown): boolean {
  if (typeof data !== "object" || data === null) return false;
  return Symbol.iterator in data || Symbol.asyncIterator in data;
}

/** An invalid value is counted from the first row of the data, not of its batch. */
function rebased(error: unknown, first: number): unknown {
  if (!(error instanceof CoreError) || typeof error.details["row"] !== "number") return error;
  const row = error.details["row"] + first;
  return new CoreError(error.code, error.message.replace(/^Row \d+/, `Row ${row}`), {
    hint: error.hint,
    details: { ...error.details, row },
  });
}
