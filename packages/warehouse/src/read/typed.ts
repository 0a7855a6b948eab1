import {
  batchOf,
  type Column,
  columnReader,
  conformBatch,
  fromArrowSchema,
  type LogicalType,
  sameType,
  tableFromFields,
  toBatch,
  toRows,
} from "@lakewright/core";
import { type QueryResult, SqlError } from "@lakewright/sql";
import { type RecordBatch, Schema } from "apache-arrow";

/** A column of a result; undefined where only the engine knows what it is. */
export interface TypedColumn {
  readonly name: string;
  readonly column: Column | undefined;
}

/**
 * The batch with the values its definition says on every engine: where one has no unsigned integers, no milliseconds or no
 * booleans, it gives something wider.
 */
export function typed(batch: RecordBatch, columns: readonly TypedColumn[]): RecordBatch {
  const fields = [...batch.schema.fields];
  const children = [...batch.data.children];
  for (const [k, { name, column }] of columns.entries()) {
    if (column === undefined) continue;
    const alone = batchOf(new Schema([fields[k]!]), batch.numRows, [children[k]!]);
    const made = conformed(alone, name, column);
    fields[k] = made.schema.fields[0]!;
    children[k] = made.data.children[0]!;
  }
  return batchOf(new Schema(fields), batch.numRows, children);
}

/** A batch of one column, in the type of the column. */
function conformed(batch: RecordBatch, name: string, { type }: Column): RecordBatch {
  const { type: given } = fromArrowSchema("result", batch.schema).fields[0]!.column;
  if (isSame(type, given)) return batch;
  const table = tableFromFields("result", [{ name, column: { type, nullable: true } }]);
  if (type.kind !== "bool") return conformBatch(table, batch);
  const read = columnReader(batch.data.children[0]!);
  const truths = Array.from({ length: batch.numRows }, (_, row) => {
    const value = read(row);
    return { [name]: value === null ? null : Number(value) !== 0 };
  });
  return toBatch(table, truths);
}

/** Whether rows get the same values, such as texts of a list or decimals of other digits. */
function isSame(wanted: LogicalType, given: LogicalType): boolean {
  if (wanted.kind === "decimal" && given.kind === "decimal") return wanted.scale === given.scale;
  // What is nested is text where an engine has no such type.
  return (given.kind === "utf8" && wanted.kind !== "date") || sameType(wanted, given);
}

/** A result whose values are those of the columns. */
export function typedResult<R>(
  result: QueryResult,
  columns: readonly TypedColumn[],
): QueryResult<R> {
  const batches = async (): Promise<RecordBatch[]> =>
    (await result.batches()).map((batch) => typed(batch, columns));
  const rows = async (): Promise<R[]> => (await batches()).flatMap((batch) => toRows(batch) as R[]);
  return {
    batches,
    rows,
    row: async () => {
      const found = await rows();
      if (found.length === 1) return found[0]!;
      throw new SqlError(
        "SQL_QUERY_FAILED",
        `The query gave ${found.length} rows where one was expected.`,
      );
    },
    async *[Symbol.asyncIterator]() {
      for await (const batch of result) yield typed(batch, columns);
    },
  };
}
