import type { RecordBatch } from "apache-arrow";
import { CoreError } from "../errors.ts";
import type { Row, Table } from "../table.ts";
import { canGenerateCode } from "./codegen.ts";
import { columnReader, type ColumnReader } from "./column-reader.ts";
import { assertBatch } from "./foreign.ts";

/**
 * The reader of one column of a batch.
 *
 * @throws CoreError CORE_SCHEMA_MISMATCH where the batch has no such column.
 */
export function readColumn(batch: RecordBatch, name: string): ColumnReader {
  assertBatch(batch);
  const k = batch.schema.fields.findIndex((field) => field.name === name);
  if (k < 0) {
    throw new CoreError("CORE_SCHEMA_MISMATCH", `The batch has no column "${name}".`, {
      hint: `Its columns are ${batch.schema.fields.map((field) => field.name).join(", ")}.`,
      details: { column: name },
    });
  }
  return columnReader(batch.data.children[k]!);
}

/** The rows of a batch as objects with every column of the batch, values lossless. */
export function toRows(batch: RecordBatch): Record<string, unknown>[];
/** The rows of a batch of the table: its columns, typed. The batch may have more columns, and in another order. */
export function toRows<T extends Table>(batch: RecordBatch, table: T): Row<T>[];
export function toRows(batch: RecordBatch, table?: Table): Record<string, unknown>[] {
  const read = rowReader(batch, table);
  return Array.from({ length: batch.numRows }, (_, i) => read(i));
}

/** The reader of the rows of a batch by index, as {@link toRows} has them: for who needs some of them. */
export function rowReader(
  batch: RecordBatch,
  table?: Table,
): (index: number) => Record<string, unknown> {
  assertBatch(batch);
  const names = (table?.fields ?? batch.schema.fields).map((field) => field.name);
  return readerOf(
    names,
    names.map((name) => readColumn(batch, name)),
  );
}

/** The rows of batches, one after the other. */
export async function* rowsOf<T extends Table>(
  batches: AsyncIterable<RecordBatch> | Iterable<RecordBatch>,
  table: T,
): AsyncGenerator<Row<T>> {
  for await (const batch of batches) yield* toRows(batch, table);
}

type RowReader = (index: number) => Record<string, unknown>;

function readerOf(names: readonly string[], readers: readonly ColumnReader[]): RowReader {
  if (!canGenerateCode()) {
    return (i) => Object.fromEntries(names.map((name, k) => [name, readers[k]!(i)]));
  }
  const body = names.map((name, k) => `[${JSON.stringify(name)}]: r${k}(i)`).join(", ");
  const parameters = names.map((_, k) => `r${k}`);
  const make = new Function(...parameters, `return (i) => ({ ${body} });`);
  return make(...readers) as RowReader;
}
