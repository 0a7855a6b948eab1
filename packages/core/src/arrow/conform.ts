import { type Data, DataType, type RecordBatch } from "apache-arrow";
import { CoreError } from "../errors.ts";
import type { Table } from "../table.ts";
import type { Column } from "../types/column.ts";
import { describeType } from "../types/logical.ts";
import { showValue } from "../values/show.ts";
import { batchOf } from "./build.ts";
import { columnReader } from "./column-reader.ts";
import { encoderOf } from "./encode/encoder-of.ts";
import { assertBatch } from "./foreign.ts";
import { toArrowSchema, toArrowType } from "./schema.ts";

/**
 * The batch as one of the table: its columns in order, in the table's Arrow types (text may stay a dictionary).
 * Columns that are already so are taken as they are; others are converted value by value, never losing any.
 *
 * @throws CoreError CORE_SCHEMA_MISMATCH for a missing or unknown column or a null in a column that takes none;
 * CORE_INVALID_VALUE for a value the column cannot hold.
 */
export function conformBatch(table: Table, batch: RecordBatch): RecordBatch {
  assertBatch(batch);
  const given = new Map(
    batch.schema.fields.map((field, k) => [field.name, batch.data.children[k]!]),
  );
  const columns = table.fields.map(({ name, column }) => {
    const data = given.get(name);
    given.delete(name);
    if (data) return conformColumn(table, name, column, data);
    if (!column.nullable) {
      throw mismatch(table, name, `The batch has no column "${name}", and it is not nullable.`);
    }
    return encoded(table, name, column, new Array<null>(batch.numRows).fill(null));
  });
  for (const name of given.keys()) {
    throw mismatch(
      table,
      name,
      `The batch has a column "${name}" that table "${table.name}" does not have.`,
    );
  }
  return batchOf(toArrowSchema(table), batch.numRows, columns);
}

function conformColumn(table: Table, name: string, column: Column, data: Data): Data {
  if (!column.nullable && data.nullCount > 0) {
    throw mismatch(
      table,
      name,
      `Column "${name}" has ${data.nullCount} nulls, and it is not nullable.`,
    );
  }
  const wanted = toArrowType(column.type);
  const plain = DataType.isDictionary(data.type) ? data.type.dictionary : data.type;
  const textual = column.type.kind === "utf8" || column.type.kind === "oneOf";
  const asIs = sameArrowType(plain, wanted) && (plain === data.type || textual);
  if (asIs && column.type.kind !== "oneOf") return data;
  const read = columnReader(data);
  return encoded(
    table,
    name,
    column,
    Array.from({ length: data.length }, (_, i) => read(i)),
  );
}

function encoded(table: Table, name: string, column: Column, values: readonly unknown[]): Data {
  const encoder = encoderOf(column, { dictionaries: false, compile: true });
  encoder.append(values, values.length, (row, value, problem, path = "") => {
    throw new CoreError(
      "CORE_INVALID_VALUE",
      `Row ${row} of a batch for table "${table.name}", column "${name}${path}": ${showValue(value)} ${problem}.`,
      {
        hint: `The column is ${describeType(column.type)}.`,
        details: { table: table.name, row, column: name + path },
      },
    );
  });
  return encoder.finish();
}

/** Whether two Arrow types have the same buffers and meaning; names of list and map children do not matter. */
function sameArrowType(a: DataType, b: DataType): boolean {
  if (a.typeId !== b.typeId) return false;
  const left = a as unknown as Record<string, unknown>;
  const right = b as unknown as Record<string, unknown>;
  for (const key of [
    "bitWidth",
    "isSigned",
    "precision",
    "scale",
    "unit",
    "byteWidth",
    "listSize",
  ]) {
    if (left[key] !== right[key]) return false;
  }
  if (DataType.isTimestamp(a) && DataType.isTimestamp(b)) return !a.timezone === !b.timezone;
  const ours = (a.children ?? []) as { name: string; type: DataType; nullable: boolean }[];
  const theirs = (b.children ?? []) as typeof ours;
  const named = DataType.isStruct(a);
  return (
    ours.length === theirs.length &&
    ours.every((child, k) => {
      const other = theirs[k]!;
      return (
        (!named || child.name === other.name) &&
        (other.nullable || !child.nullable) &&
        sameArrowType(child.type, other.type)
      );
    })
  );
}

function mismatch(table: Table, column: string, message: string): CoreError {
  return new CoreError("CORE_SCHEMA_MISMATCH", message, {
    hint: `The columns of table "${table.name}" are ${table.fields
      .map(
        (field) =>
          `${field.name}: ${describeType(field.column.type)}${field.column.nullable ? " or null" : ""}`,
      )
      .join(", ")}.`,
    details: { table: table.name, column },
  });
}
