import {
  columnReader,
  tableFromFields,
  toBatch,
  type LogicalType,
  validityOf,
} from "@lakewright/core";
import { type Data, DataType, makeData } from "apache-arrow";

type TypedArray = Int8Array | Uint8Array | Int32Array | Uint32Array | Float64Array | BigInt64Array;

/** The values of a column at some rows, in that order, buffers copied without reading the values one by one. */
export function takeColumn(type: LogicalType, data: Data, rows: readonly number[]): Data {
  if (rows.length === data.length) return data;
  const arrow = data.type;
  if (type.kind === "list" || type.kind === "struct" || type.kind === "map")
    return takeNested(type, data, rows);
  const length = rows.length;
  const nulls = takeValidity(data, rows);
  if (DataType.isUtf8(arrow) || DataType.isBinary(arrow)) {
    return makeData({ type: arrow as never, length, ...nulls, ...takeBytes(data, rows) } as never);
  }
  if (DataType.isBool(arrow)) {
    const read = columnReader(data);
    return makeData({
      type: arrow,
      length,
      ...nulls,
      data: bitmap(rows.length, (i) => read(rows[i]!) === true),
    });
  }
  const values = takeFixed(data.values as TypedArray, DataType.isDecimal(arrow) ? 4 : 1, rows);
  return makeData({
    type: arrow as never,
    length,
    ...nulls,
    data: values,
    ...(data.dictionary ? { dictionary: data.dictionary } : {}),
  } as never);
}

function takeFixed(values: TypedArray, step: number, rows: readonly number[]): TypedArray {
  const Values = values.constructor as new (length: number) => TypedArray;
  const taken = new Values(rows.length * step);
  let k = 0;
  for (const row of rows) {
    for (let from = row * step, to = from + step; from < to; from++) taken[k++] = values[from]!;
  }
  return taken;
}

function takeBytes(
  data: Data,
  rows: readonly number[],
): { readonly valueOffsets: Int32Array; readonly data: Uint8Array } {
  const bytes = data.values as Uint8Array;
  const offsets = data.valueOffsets as Int32Array;
  const valueOffsets = new Int32Array(rows.length + 1);
  rows.forEach((row, i) => {
    valueOffsets[i + 1] = valueOffsets[i]! + offsets[row + 1]! - offsets[row]!;
  });
  const taken = new Uint8Array(valueOffsets[rows.length]!);
  rows.forEach((row, i) => {
    taken.set(bytes.subarray(offsets[row], offsets[row + 1]), valueOffsets[i]);
  });
  return { valueOffsets, data: taken };
}

function takeValidity(
  data: Data,
  rows: readonly number[],
): { readonly nullCount: number; readonly nullBitmap?: Uint8Array } {
  if (data.nullCount === 0) return { nullCount: 0 };
  const isValid = validityOf(data);
  const nullCount = rows.reduce((sum, row) => sum + (isValid(row) ? 0 : 1), 0);
  return nullCount === 0
    ? { nullCount }
    : { nullCount, nullBitmap: bitmap(rows.length, (i) => isValid(rows[i]!)) };
}

function bitmap(length: number, isSet: (index: number) => boolean): Uint8Array {
  const bits = new Uint8Array((length + 7) >> 3);
  for (let i = 0; i < length; i++) if (isSet(i)) bits[i >> 3]! |= 1 << (i & 7);
  return bits;
}

/** Lists, structs and maps go through their values: they are few, and their layouts many. */
function takeNested(type: LogicalType, data: Data, rows: readonly number[]): Data {
  const read = columnReader(data);
  const table = tableFromFields("taken", [{ name: "value", column: { type, nullable: true } }]);
  return toBatch(
    table,
    rows.map((row) => ({ value: read(row) })),
  ).data.children[0]!;
}
