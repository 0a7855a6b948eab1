import { batchOf, validityOf } from "@lakewright/core";
import { type Data, DataType, makeData, type RecordBatch } from "apache-arrow";
import { plainValues } from "../where/select.ts";

/** Batches of one schema as one. Dictionaries become their values; one batch alone stays as it is. */
export function concatBatches(batches: readonly [RecordBatch, ...RecordBatch[]]): RecordBatch {
  const [first] = batches;
  if (batches.length === 1) return first;
  const columns = first.data.children.map((_, k) =>
    concatColumns(batches.map((batch) => plainValues(batch.data.children[k]!))),
  );
  const rows = batches.reduce((sum, batch) => sum + batch.numRows, 0);
  return batchOf(first.schema, rows, columns);
}

/** Pieces of a column, of one type without dictionaries, as one. */
function concatColumns(pieces: readonly Data[]): Data {
  const { type } = pieces[0]!;
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (DataType.isNull(type)) return made(type, { length, nullCount: length });
  const shape = { length, ...concatValidity(pieces, length) };
  if (DataType.isUtf8(type) || DataType.isBinary(type)) {
    const { valueOffsets, ranges } = concatOffsets(pieces, length);
    return made(type, { ...shape, valueOffsets, data: joinedBytes(pieces, ranges) });
  }
  if (DataType.isBool(type)) return made(type, { ...shape, data: concatBits(pieces, length) });
  if (DataType.isStruct(type)) {
    const children = type.children.map((_, k) =>
      concatColumns(
        pieces.map((piece) => sliced(plainValues(piece.children[k]!), 0, piece.length)),
      ),
    );
    return made(type, { ...shape, children });
  }
  if (DataType.isList(type) || DataType.isMap(type)) {
    const { valueOffsets, ranges } = concatOffsets(pieces, length);
    const child = concatColumns(
      pieces.map((piece, k) => sliced(plainValues(piece.children[0]!), ...ranges[k]!)),
    );
    return made(type, { ...shape, valueOffsets, child });
  }
  return made(type, { ...shape, data: joinedValues(pieces, length) });
}

/** Arrow data of a type known only when the program runs, which the overloads of `makeData` cannot see. */
function made(type: DataType, parts: object): Data {
  return makeData({ type, ...parts } as never) as Data;
}

function sliced(data: Data, from: number, to: number): Data {
  return from === 0 && to === data.length ? data : (data.slice(from, to - from) as Data);
}

function concatValidity(
  pieces: readonly Data[],
  length: number,
): { readonly nullCount: number; readonly nullBitmap?: Uint8Array } {
  const nullCount = pieces.reduce((sum, piece) => sum + piece.nullCount, 0);
  if (nullCount === 0) return { nullCount };
  const nullBitmap = new Uint8Array((length + 7) >> 3);
  let at = 0;
  for (const piece of pieces) {
    const isValid = validityOf(piece);
    for (let i = 0; i < piece.length; i++, at++) {
      if (isValid(i)) nullBitmap[at >> 3]! |= 1 << (at & 7);
    }
  }
  return { nullCount, nullBitmap };
}

type Range = readonly [from: number, to: number];

/** Offsets as if the values of the pieces followed one another, and where those of each piece lie. */
function concatOffsets(
  pieces: readonly Data[],
  length: number,
): { readonly valueOffsets: Int32Array; readonly ranges: readonly Range[] } {
  const valueOffsets = new Int32Array(length + 1);
  let row = 0;
  let end = 0;
  const ranges = pieces.map((piece): Range => {
    const offsets = piece.valueOffsets as Int32Array;
    const shift = end - offsets[0]!;
    for (let i = 1; i <= piece.length; i++) valueOffsets[++row] = offsets[i]! + shift;
    end = valueOffsets[row]!;
    return [offsets[0]!, offsets[piece.length]!];
  });
  return { valueOffsets, ranges };
}

function joinedBytes(pieces: readonly Data[], ranges: readonly Range[]): Uint8Array {
  const bytes = new Uint8Array(ranges.reduce((sum, [from, to]) => sum + to - from, 0));
  let at = 0;
  for (const [k, [from, to]] of ranges.entries()) {
    bytes.set((pieces[k]!.values as Uint8Array).subarray(from, to), at);
    at += to - from;
  }
  return bytes;
}

function concatBits(pieces: readonly Data[], length: number): Uint8Array {
  const bits = new Uint8Array((length + 7) >> 3);
  let at = 0;
  for (const { values, offset, length: rows } of pieces) {
    const from = values as Uint8Array;
    for (let i = offset; i < offset + rows; i++, at++) {
      if ((from[i >> 3]! & (1 << (i & 7))) !== 0) bits[at >> 3]! |= 1 << (at & 7);
    }
  }
  return bits;
}

type Values = Int32Array | BigInt64Array;

/** Values of a fixed width: numbers, days, instants; decimals have four words each. */
function joinedValues(pieces: readonly Data[], length: number): Values {
  const first = pieces[0]!;
  const { type } = first;
  const stride = DataType.isDecimal(type) ? type.bitWidth / 32 : 1;
  const Array = (first.values as Values).constructor as new (length: number) => Int32Array;
  const values = new Array(length * stride);
  let at = 0;
  for (const piece of pieces) {
    const count = piece.length * stride;
    values.set((piece.values as Int32Array).subarray(0, count), at);
    at += count;
  }
  return values;
}
