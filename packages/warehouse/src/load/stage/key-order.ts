import type { Table } from "@lakewright/core";
import { type Data, type RecordBatch, Type } from "apache-arrow";

type Value = Uint8Array | number | bigint;

/** The values of a column, compared as every engine tells them apart: texts by their bytes, integers. */
interface Values {
  at(row: number): Value;
  /** Below 0 where the value is less than the one of the row, 0 where they are equal. */
  compare(value: Value, row: number): number;
  /** The same of two rows. */
  compareRows(a: number, b: number): number;
}

/**
 * Looks whether rows come in the order of their key. Extracts often do, and then no key occurs twice, which the database
 * would otherwise have to sort or hash all rows for.
 */
export class KeyOrder {
  /** Whether each row so far has a greater key than the one before it. */
  isAscending: boolean;
  private readonly positions: readonly number[];
  private last: readonly Value[] | undefined;

  /** @param key - columns that make rows unique; of none, nothing can be said */
  constructor(table: Table, key: readonly string[]) {
    this.positions = key.map((name) => table.fields.findIndex((field) => field.name === name));
    this.isAscending = key.length > 0;
  }

  look(batch: RecordBatch): void {
    if (!this.isAscending || batch.numRows === 0) return;
    const columns: Values[] = [];
    for (const position of this.positions) {
      const values = valuesOf(batch.data.children[position]!);
      if (values === undefined) {
        this.isAscending = false;
        return;
      }
      columns.push(values);
    }
    const { last } = this;
    this.isAscending =
      last === undefined || isBelow(columns, (values, k) => values.compare(last[k]!, 0));
    for (let row = 1; row < batch.numRows && this.isAscending; row++) {
      this.isAscending = isBelow(columns, (values) => values.compareRows(row - 1, row));
    }
    // Batches may share their memory with the next one.
    this.last = columns.map((values) => {
      const value = values.at(batch.numRows - 1);
      return typeof value === "object" ? value.slice() : value;
    });
  }
}

/** Whether the first column that differs is below. */
function isBelow(
  columns: readonly Values[],
  compare: (values: Values, k: number) => number,
): boolean {
  for (let k = 0; k < columns.length; k++) {
    const order = compare(columns[k]!, k);
    if (order !== 0) return order < 0;
  }
  return false;
}

/** Undefined for what has nulls, which equal each other here only, and for types whose order is not looked at. */
function valuesOf(data: Data): Values | undefined {
  if (data.nullCount > 0) return undefined;
  if (data.typeId === Type.Int) {
    const values = data.values as ArrayLike<number | bigint>;
    const compare = (value: number | bigint, row: number): number =>
      value < values[row]! ? -1 : value > values[row]! ? 1 : 0;
    return {
      at: (row) => values[row]!,
      compare: (value, row) => compare(value as number | bigint, row),
      compareRows: (a, b) => compare(values[a]!, b),
    };
  }
  if (data.typeId !== Type.Utf8) return undefined;
  const { values: bytes, valueOffsets: offsets } = data as {
    values: Uint8Array;
    valueOffsets: Int32Array;
  };
  return {
    at: (row) => bytes.subarray(offsets[row], offsets[row + 1]),
    compare: (value, row) => {
      const given = value as Uint8Array;
      return compareBytes(given, [0, given.length], bytes, [offsets[row]!, offsets[row + 1]!]);
    },
    compareRows: (a, b) =>
      compareBytes(bytes, [offsets[a]!, offsets[a + 1]!], bytes, [offsets[b]!, offsets[b + 1]!]),
  };
}

type Range = readonly [from: number, to: number];

function compareBytes(a: Uint8Array, [from, to]: Range, b: Uint8Array, of: Range): number {
  const length = to - from;
  const other = of[1] - of[0];
  const shared = Math.min(length, other);
  for (let k = 0; k < shared; k++) {
    const order = a[from + k]! - b[of[0] + k]!;
    if (order !== 0) return order;
  }
  return length - other;
}
