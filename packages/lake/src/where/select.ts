import { validityOf } from "@lakewright/core";
import { type Data, DataType, type Dictionary, makeData, type RecordBatch } from "apache-arrow";
import { batchOf } from "@lakewright/core";

/** Rows of a batch by index, in the order given, in the batch's own types. */
export function selectRows(batch: RecordBatch, rows: Int32Array): RecordBatch {
  return batchOf(
    batch.schema,
    rows.length,
    batch.data.children.map((data) => selectValues(data, rows)),
  );
}

/** Values of a column by index; -1 gives null. */
export function selectValues(data: Data, rows: Int32Array): Data {
  const { type } = data;
  const length = rows.length;
  const validity = selectValidity(data, rows);
  if (DataType.isDictionary(type)) {
    const codes = selectFixed(data.values as Int32Array, 1, rows);
    return made(type, { length, ...validity, data: codes, dictionary: data.dictionary });
  }
  if (DataType.isUtf8(type) || DataType.isBinary(type)) {
    return made(type, { length, ...validity, ...selectBytes(data, rows) });
  }
  if (DataType.isBool(type)) {
    return made(type, { length, ...validity, data: selectBits(data, rows) });
  }
  if (DataType.isStruct(type)) {
    const children = data.children.map((child) => selectValues(child, rows));
    return made(type, { length, ...validity, children });
  }
  if (DataType.isList(type) || DataType.isMap(type)) {
    const { valueOffsets, items } = selectRanges(data.valueOffsets as Int32Array, rows);
    const child = selectValues(data.children[0]!, items);
    return made(type, { length, ...validity, valueOffsets, child });
  }
  const values = data.values as Fixed;
  const stride = DataType.isDecimal(type) ? type.bitWidth / 32 : 1;
  return made(type, { length, ...validity, data: selectFixed(values, stride, rows) });
}

/** The values of a dictionary column written out; any other column as it is. */
export function plainValues(data: Data): Data {
  if (!DataType.isDictionary(data.type)) return data;
  const codes = data.values as ArrayLike<number | bigint>;
  const isValid = validityOf(data);
  const rows = Int32Array.from({ length: data.length }, (_, i) =>
    isValid(i) ? Number(codes[i]) : -1,
  );
  const chunks = data.dictionary!.data;
  if (chunks.length === 1) return selectValues(chunks[0]!, rows);
  return selectValues(joined(chunks, (data.type as Dictionary).dictionary), rows);
}

/** Bytes from which on copying them at once is faster than one by one. */
const LONG = 24;

type Fixed = Int32Array | Uint32Array | Float64Array | BigInt64Array;

interface Parts {
  readonly length: number;
  readonly nullCount: number;
  readonly nullBitmap?: Uint8Array | undefined;
  readonly data?: ArrayLike<number> | ArrayLike<bigint>;
  readonly valueOffsets?: Int32Array;
  readonly dictionary?: unknown;
  readonly child?: Data;
  readonly children?: readonly Data[];
}

/** Arrow data of a type known only when the program runs, which the overloads of `makeData` cannot see. */
function made(type: DataType, parts: Parts): Data {
  return makeData({ type, ...parts } as never) as Data;
}

function selectValidity(
  { type, nullCount, nullBitmap: bits, offset }: Data,
  rows: Int32Array,
): { readonly nullCount: number; readonly nullBitmap?: Uint8Array } {
  const count = rows.length;
  const isComplete = nullCount === 0 || !bits || bits.length === 0;
  if (DataType.isNull(type)) return { nullCount: count };
  if (isComplete && areThere(rows)) return { nullCount: 0 };
  const bitmap = new Uint8Array((count + 7) >> 3);
  let valid = 0;
  for (let i = 0; i < count; i++) {
    if (rows[i]! < 0) continue;
    const at = offset + rows[i]!;
    const bit = isComplete ? 1 : (bits[at >> 3]! >> (at & 7)) & 1;
    bitmap[i >> 3]! |= bit << (i & 7);
    valid += bit;
  }
  return valid === count ? { nullCount: 0 } : { nullCount: count - valid, nullBitmap: bitmap };
}

function areThere(rows: Int32Array): boolean {
  let all = 0;
  for (let i = 0; i < rows.length; i++) all |= rows[i]!;
  return all >= 0;
}

function selectFixed<A extends Fixed>(values: A, stride: number, rows: Int32Array): A {
  const result = new (values.constructor as new (length: number) => A)(rows.length * stride);
  const words = (values.BYTES_PER_ELEMENT * stride) / 4;
  if (words < 1) {
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      if (row >= 0) result[i] = values[row]!;
    }
    return result;
  }
  // One kind of array, whatever the type: faster by half, and 64-bit integers never become bigints.
  const from = new Int32Array(values.buffer, values.byteOffset, words * (values.length / stride));
  const to = new Int32Array(result.buffer);
  if (words === 1) {
    for (let i = 0; i < rows.length; i++) if (rows[i]! >= 0) to[i] = from[rows[i]!]!;
  } else if (words === 2) {
    for (let i = 0; i < rows.length; i++) {
      const at = 2 * rows[i]!;
      if (at < 0) continue;
      to[2 * i] = from[at]!;
      to[2 * i + 1] = from[at + 1]!;
    }
  } else {
    for (let i = 0; i < rows.length; i++) {
      const at = 4 * rows[i]!;
      if (at < 0) continue;
      to[4 * i] = from[at]!;
      to[4 * i + 1] = from[at + 1]!;
      to[4 * i + 2] = from[at + 2]!;
      to[4 * i + 3] = from[at + 3]!;
    }
  }
  return result;
}

function selectBits(data: Data, rows: Int32Array): Uint8Array {
  const bits = data.values as Uint8Array;
  const { offset } = data;
  const result = new Uint8Array((rows.length + 7) >> 3);
  for (let i = 0; i < rows.length; i++) {
    const at = offset + rows[i]!;
    if (rows[i]! >= 0 && (bits[at >> 3]! & (1 << (at & 7))) !== 0) result[i >> 3]! |= 1 << (i & 7);
  }
  return result;
}

function selectBytes(
  source: Data,
  rows: Int32Array,
): { readonly valueOffsets: Int32Array; readonly data: Uint8Array } {
  const bytes = source.values as Uint8Array;
  const offsets = source.valueOffsets as Int32Array;
  const valueOffsets = new Int32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    valueOffsets[i + 1] = valueOffsets[i]! + (row < 0 ? 0 : offsets[row + 1]! - offsets[row]!);
  }
  const data = new Uint8Array(valueOffsets[rows.length]!);
  for (let i = 0; i < rows.length;) {
    const first = i++;
    const row = rows[first]!;
    if (row < 0) continue;
    // Neighbours stay neighbours: their bytes are copied together.
    while (i < rows.length && rows[i] === row + i - first) i++;
    let at = valueOffsets[first]!;
    const from = offsets[row]!;
    const end = offsets[row + i - first]!;
    if (end - from > LONG) data.set(bytes.subarray(from, end), at);
    else for (let k = from; k < end; k++) data[at++] = bytes[k]!;
  }
  return { valueOffsets, data };
}

function selectRanges(
  offsets: Int32Array,
  rows: Int32Array,
): { readonly valueOffsets: Int32Array; readonly items: Int32Array } {
  const valueOffsets = new Int32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    valueOffsets[i + 1] = valueOffsets[i]! + (row < 0 ? 0 : offsets[row + 1]! - offsets[row]!);
  }
  const items = new Int32Array(valueOffsets[rows.length]!);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (row < 0) continue;
    let at = valueOffsets[i]!;
    for (let k = offsets[row]!; k < offsets[row + 1]!; k++) items[at++] = k;
  }
  return { valueOffsets, items };
}

/** The text of a dictionary that came in several pieces, as one. */
function joined(chunks: readonly Data[], type: DataType): Data {
  const texts = chunks.map((chunk) =>
    selectBytes(
      chunk,
      Int32Array.from({ length: chunk.length }, (_, i) => i),
    ),
  );
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const valueOffsets = new Int32Array(length + 1);
  const data = new Uint8Array(texts.reduce((sum, text) => sum + text.data.length, 0));
  let row = 0;
  let at = 0;
  for (const text of texts) {
    for (let i = 1; i < text.valueOffsets.length; i++)
      valueOffsets[++row] = at + text.valueOffsets[i]!;
    data.set(text.data, at);
    at += text.data.length;
  }
  return made(type, { length, nullCount: 0, valueOffsets, data });
}
