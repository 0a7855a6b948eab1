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
} from "@lakewright/core";
import { type RecordBatch, Schema } from "apache-arrow";

/** A column of a result; undefined where only the engine knows what it is. */
export interface TypedColumn {
  readonly name: string;
  readonly column: Column | undefined;
}

/**
 * The batch with the values its definition says on every engine: where one has no unsigned integers, no milliseconds or no
 * booleans, it gives something wider.
 *
 * @throws CoreError CORE_INVALID_VALUE for a value that is none of its column, such as a text for an integer.
 */
export function typedBatch(batch: RecordBatch, columns: readonly TypedColumn[]): RecordBatch {
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
  if (type.kind !== "bool" || !INTEGER.test(given.kind)) return conformBatch(table, batch);
  const read = columnReader(batch.data.children[0]!);
  const truths = Array.from({ length: batch.numRows }, (_, row) => {
    const value = read(row);
    return { [name]: value === null ? null : Number(value) !== 0 };
  });
  return toBatch(table, truths);
}

/** An engine without booleans has 0 and 1. */
const INTEGER = /^u?int\d+$/;

/** Kinds whose values may be text: what is nested is, where an engine has no such type. */
const TEXTUAL: readonly LogicalType["kind"][] = ["utf8", "oneOf", "list", "struct", "map"];

/** Whether rows get the same values, such as texts of a list or decimals of other digits. */
function isSame(wanted: LogicalType, given: LogicalType): boolean {
  if (wanted.kind === "decimal" && given.kind === "decimal") return wanted.scale === given.scale;
  return (given.kind === "utf8" && TEXTUAL.includes(wanted.kind)) || sameType(wanted, given);
}
