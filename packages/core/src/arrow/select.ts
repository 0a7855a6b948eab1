import { type Data, DataType, type Dictionary, type RecordBatch } from "apache-arrow";
import { batchOf } from "./build.ts";
import { columnData } from "./column-data.ts";
import { notRead, validityOf } from "./column-reader.ts";
import {
  type Fixed,
  selectBits,
  selectBytes,
  selectFixed,
  selectRanges,
  selectValidity,
} from "./select-buffers.ts";

/**
 * Rows of a batch by index, in the order given, in the batch's own types: a copy, whose dictionaries are those of the
 * batch.
 *
 * @throws CoreError CORE_UNSUPPORTED_TYPE for a column of a layout that no conformed batch has.
 */
export function selectRows(batch: RecordBatch, rows: Int32Array): RecordBatch {
  return batchOf(
    batch.schema,
    rows.length,
    batch.data.children.map((data) => selectValues(data, rows)),
  );
}

/** The numbers below `count` that are not among others, ascending: with {@link selectRows}, all rows but some. */
export function rowsExcept(
  count: number,
  others: { readonly size: number; has(row: number): boolean },
): Int32Array {
  const rows = new Int32Array(count - others.size);
  for (let row = 0, k = 0; row < count; row++) if (!others.has(row)) rows[k++] = row;
  return rows;
}

/**
 * Values of a column by index; -1 gives null.
 *
 * @throws CoreError CORE_UNSUPPORTED_TYPE for a layout that no conformed batch has.
 */
export function selectValues(data: Data, rows: Int32Array): Data {
  const { type } = data;
  const length = rows.length;
  if (DataType.isNull(type)) return columnData(type, { length, nullCount: length });
  const validity = selectValidity(data, rows);
  if (DataType.isDictionary(type)) {
    const codes = selectFixed(data.values as Int32Array, 1, rows);
    return columnData(type, { length, ...validity, data: codes, dictionary: data.dictionary });
  }
  if (DataType.isUtf8(type) || DataType.isBinary(type)) {
    return columnData(type, { length, ...validity, ...selectBytes(data, rows) });
  }
  if (DataType.isBool(type)) {
    const { bitmap } = selectBits(data.values as Uint8Array, data.offset, rows);
    return columnData(type, { length, ...validity, data: bitmap });
  }
  if (DataType.isStruct(type)) {
    const children = data.children.map((child) => selectValues(child, rows));
    return columnData(type, { length, ...validity, children });
  }
  if (DataType.isList(type) || DataType.isMap(type)) {
    const { valueOffsets, items } = selectRanges(data.valueOffsets as Int32Array, rows);
    const child = selectValues(data.children[0]!, items);
    return columnData(type, { length, ...validity, valueOffsets, child });
  }
  // Large, wide and fixed-size layouts, views and unions: conforming turns them into those of a table first.
  if (!data.values || data.valueOffsets || data.stride > 4 || DataType.isFixedSizeBinary(type)) {
    throw notRead(type);
  }
  const values = selectFixed(data.values as Fixed, data.stride, rows);
  return columnData(type, { length, ...validity, data: values });
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

/** The texts or bytes of a dictionary that came in several pieces, as one. */
function joined(chunks: readonly Data[], type: DataType): Data {
  if (!DataType.isUtf8(type) && !DataType.isBinary(type)) throw notRead(type);
  const texts = chunks.map((chunk) =>
    selectBytes(
      chunk,
      Int32Array.from({ length: chunk.length }, (_, i) => i),
    ),
  );
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const valueOffsets = new Int32Array(length + 1);
  const nullBitmap = new Uint8Array((length + 7) >> 3);
  const data = new Uint8Array(texts.reduce((sum, text) => sum + text.data.length, 0));
  let row = 0;
  let at = 0;
  texts.forEach((text, c) => {
    const isValid = validityOf(chunks[c]!);
    for (let i = 0; i < chunks[c]!.length; i++) {
      if (isValid(i)) nullBitmap[row >> 3]! |= 1 << (row & 7);
      valueOffsets[++row] = at + text.valueOffsets[i + 1]!;
    }
    data.set(text.data, at);
    at += text.data.length;
  });
  const nullCount = chunks.reduce((sum, chunk) => sum + chunk.nullCount, 0);
  return columnData(type, { length, nullCount, nullBitmap, valueOffsets, data });
}
