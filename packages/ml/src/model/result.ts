import {
  batchOf,
  bool,
  type Column,
  type Field,
  float64,
  list,
  nullable,
  struct,
  tableFromFields,
  toArrowSchema,
  toArrowType,
  toBatch,
  utf8,
} from "@lakewright/core";
import { type Data, makeData, type RecordBatch } from "apache-arrow";

/** A column of a result: what it is, and its values. */
export interface ResultColumn {
  readonly column: Column;
  readonly data: Data;
}

/** One feature's part in a score or a probability. */
export interface Reason {
  readonly feature: string;
  /** The value of the row; null where it is missing. */
  readonly value: number | null;
  /** What it adds; the unit is that of the model's `explain`. */
  readonly contribution: number;
}

/** The columns as one Arrow batch, rows in the order of the data. */
export function resultBatch(
  name: string,
  rows: number,
  columns: Readonly<Record<string, ResultColumn>>,
): RecordBatch {
  const fields = Object.entries(columns).map(([key, { column }]): Field => ({ name: key, column }));
  const schema = toArrowSchema(tableFromFields(name, fields));
  return batchOf(
    schema,
    rows,
    Object.values(columns).map(({ data }) => data),
  );
}

export function float64Column(values: Float64Array): ResultColumn {
  const column = float64();
  const data = makeData({
    type: toArrowType(column.type),
    data: values,
    length: values.length,
  } as never);
  return { column, data: data as Data };
}

/** A column of values that core checks and encodes. */
export function columnOfValues(column: Column, values: readonly unknown[]): ResultColumn {
  const table = tableFromFields("column", [{ name: "value", column }]);
  const batch = toBatch(
    table,
    values.map((value) => ({ value })),
  );
  return { column, data: batch.data.children[0]! };
}

export function boolColumn(values: readonly boolean[]): ResultColumn {
  return columnOfValues(bool(), values);
}

const reasonsType = list(
  struct({ feature: utf8(), value: nullable(float64()), contribution: float64() }),
);

export function reasonsColumn(reasons: readonly (readonly Reason[])[]): ResultColumn {
  return columnOfValues(reasonsType, reasons);
}
