import {
  describeType,
  fromArrowSchema,
  ipcBatches,
  type LogicalType,
  type RowsOrBatches,
  sameType,
  type Table,
} from "@lakewright/core";
import { RecordBatch, type Schema } from "apache-arrow";
import { relaxedColumn } from "../values/family.ts";

/** What is wrong with the columns of a schema, in words; undefined where it is that of the table. */
export function schemaProblem(
  table: Table,
  schema: Schema,
  same: (wanted: LogicalType, given: LogicalType) => boolean = sameType,
): string | undefined {
  let given: Table;
  try {
    given = fromArrowSchema("data", schema);
  } catch (error) {
    return (error as Error).message;
  }
  const problems: string[] = [];
  for (const { name, column } of table.fields) {
    const other = Object.hasOwn(given.columns, name) ? given.columns[name] : undefined;
    if (!other) {
      problems.push(`${name} is missing`);
    } else if (!same(relaxedColumn(column).type, relaxedColumn(other).type)) {
      problems.push(`${name} is ${describeType(other.type)}, not ${describeType(column.type)}`);
    }
  }
  const unknown = given.fields.filter(({ name }) => !Object.hasOwn(table.columns, name));
  problems.push(...unknown.map(({ name }) => `${name} is no column of the table`));
  return problems.length === 0 ? undefined : problems.join("; ");
}

/** Thrown through the stream of batches to end a run whose data has other columns. */
export class SchemaMismatch extends Error {}

/** The data as it is, until a batch comes whose columns are not those of the table. */
export async function* watchSchema(
  table: Table,
  data: RowsOrBatches,
): AsyncGenerator<RecordBatch | Record<string, unknown>> {
  const items =
    data instanceof RecordBatch ? [data] : data instanceof Uint8Array ? ipcBatches(data) : data;
  for await (const item of items) {
    if (item instanceof RecordBatch) {
      const problem = schemaProblem(table, item.schema);
      if (problem !== undefined) throw new SchemaMismatch(problem);
    }
    yield item as RecordBatch | Record<string, unknown>;
  }
}
