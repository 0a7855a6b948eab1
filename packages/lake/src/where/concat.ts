import { batchOf, plainValues, validityOf } from "@lakewright/core";
import {
  type Data,
  DataType,
  Dictionary,
  Int32,
  makeData,
  type RecordBatch,
  Utf8,
  Vector,
} from "apache-arrow";
import { BytesTable } from "./bytes-table.ts";

/** Batches of one table as one batch. Text stays a dictionary where it is one in every batch. */
export function concatBatches(batches: readonly RecordBatch[]): RecordBatch {
  const [first] = batches;
  if (batches.length === 1) return first!;
  const rows = batches.reduce((sum, batch) => sum + batch.numRows, 0);
  const columns = first!.data.children.map((_, k) =>
    concatData(batches.map((batch) => batch.data.children[k]!)),
  );
  return batchOf(first!.schema, rows, columns);
}

/** Column data of one type as one piece. */
export function concatData(parts: readonly Data[]): Data {
  if (parts.length === 1) return parts[0]!;
  if (parts.every(isText)) return concatCodes(parts);
  const plain = parts.map(plainValues);
  const { type } = plain[0]!;
  const length = plain.reduce((sum, part) => sum + part.length, 0);
  if (DataType.isNull(type)) return made({ type, length, nullCount: length });
  const common = { type, length, ...concatValidity(plain, length) };
  if (DataType.isStruct(type)) {
    const children = type.children.map((_, k) =>
      concatData(plain.map((part) => sliced(part.children[k]!, 0, part.length))),
    );
    return made({ ...common, children });
  }
  if (DataType.isBool(type)) return made({ ...common, data: concatBits(plain, length) });
  if (DataType.isList(type) || DataType.isMap(type)) {
    const spans = plain.map(spanOf);
    const children = plain.map((part, k) => {
      const { from, to } = spans[k]!;
      return sliced(part.children[0]!, from, to);
    });
    return made({
      ...common,
      valueOffsets: concatOffsets(plain, length),
      child: concatData(children),
    });
  }
  if (plain[0]!.valueOffsets !== undefined) {
    const spans = plain.map(spanOf);
    const data = new Uint8Array(spans.reduce((sum, { from, to }) => sum + to - from, 0));
    let at = 0;
    plain.forEach((part, k) => {
      const { from, to } = spans[k]!;
      data.set((part.values as Uint8Array).subarray(from, to), at);
      at += to - from;
    });
    return made({ ...common, valueOffsets: concatOffsets(plain, length), data });
  }
  return made({ ...common, data: concatFixed(plain, length) });
}

/** Whether the column is a dictionary of texts, none of which is null. */
function isText({ type, dictionary }: Data): boolean {
  return (
    DataType.isDictionary(type) &&
    DataType.isUtf8(type.dictionary) &&
    dictionary!.data.every(({ nullCount }) => nullCount === 0)
  );
}

function sliced(data: Data, from: number, to: number): Data {
  return from === 0 && to === data.length ? data : (data.slice(from, to - from) as Data);
}

type Fixed = Int32Array | Uint32Array | Float64Array;

function concatFixed(parts: readonly Data[], length: number): Fixed {
  const { type, values } = parts[0]!;
  const stride = DataType.isDecimal(type) ? type.bitWidth / 32 : 1;
  const Values = (values as Fixed).constructor as new (length: number) => Fixed;
  const result = new Values(length * stride);
  let at = 0;
  for (const part of parts) {
    const count = part.length * stride;
    result.set((part.values as Fixed).subarray(0, count), at);
    at += count;
  }
  return result;
}

function concatBits(parts: readonly Data[], length: number): Uint8Array {
  const result = new Uint8Array((length + 7) >> 3);
  let at = 0;
  for (const { values, offset, length: count } of parts) {
    const bits = values as Uint8Array;
    for (let i = offset; i < offset + count; i++, at++) {
      if (bits[i >> 3]! & (1 << (i & 7))) result[at >> 3]! |= 1 << (at & 7);
    }
  }
  return result;
}

function concatValidity(
  parts: readonly Data[],
  length: number,
): { readonly nullCount: number; readonly nullBitmap?: Uint8Array } {
  const nullCount = parts.reduce((sum, part) => sum + part.nullCount, 0);
  if (nullCount === 0) return { nullCount };
  const nullBitmap = new Uint8Array((length + 7) >> 3);
  let at = 0;
  for (const part of parts) {
    const isValid = validityOf(part);
    for (let i = 0; i < part.length; i++, at++) {
      if (isValid(i)) nullBitmap[at >> 3]! |= 1 << (at & 7);
    }
  }
  return { nullCount, nullBitmap };
}

/** The part of its values that data uses: a slice has offsets into those of the whole. */
function spanOf(part: Data): { readonly from: number; readonly to: number } {
  const offsets = part.valueOffsets as Int32Array;
  return { from: offsets[0]!, to: offsets[part.length]! };
}

function concatOffsets(parts: readonly Data[], length: number): Int32Array {
  const result = new Int32Array(length + 1);
  let at = 0;
  for (const part of parts) {
    const offsets = part.valueOffsets as Int32Array;
    const shift = result[at]! - offsets[0]!;
    for (let i = 1; i <= part.length; i++) result[at + i] = offsets[i]! + shift;
    at += part.length;
  }
  return result;
}

/** Text that is a dictionary in every part, as one dictionary without repetitions. */
function concatCodes(parts: readonly Data[]): Data {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const codes = new Int32Array(length);
  const entries = new BytesTable();
  const known = new Map<unknown, Int32Array>();
  let at = 0;
  for (const part of parts) {
    const { dictionary } = part;
    const pieces = dictionary!.data;
    let renumbered = known.get(dictionary);
    if (!renumbered) {
      renumbered = Int32Array.from(
        pieces.flatMap((piece) => Array.from(entries.addAll(plainValues(piece)))),
      );
      known.set(dictionary, renumbered);
    }
    const source = part.values as ArrayLike<number>;
    for (let i = 0; i < part.length; i++) codes[at + i] = renumbered[Number(source[i])] ?? 0;
    at += part.length;
  }
  const type = new Dictionary(new Utf8(), new Int32(), undefined, false);
  const dictionary = new Vector([entries.toData()]);
  return made({ type, length, ...concatValidity(parts, length), data: codes, dictionary });
}

function made(parts: { readonly type: DataType } & Readonly<Record<string, unknown>>): Data {
  return makeData(parts as never) as Data;
}
