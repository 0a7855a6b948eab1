import { type Data, DataType } from "apache-arrow";
import { SqlError } from "../../errors.ts";
import { assertUtf8 } from "../../shared/columns/utf8.ts";
import type { Bindings, Vector } from "../driver.ts";
import { copyTo, type VectorWriter } from "./writer.ts";

/** Bytes of one value that stand in the vector itself. */
const INLINE = 12;

/**
 * VARCHAR and BLOB. A string_t of DuckDB (16 bytes, public in duckdb.h) is a length and up to 12 bytes, or a length,
 * the first four bytes and a pointer. One call copies the bytes of all rows into memory of the vector; the strings of
 * the rows are then written as pointers into it. That is a call a vector, where one a value costs three times as much.
 */
export function textWriter(bindings: Bindings, name: string, binary: boolean): VectorWriter {
  return (vector, data, from, count) => {
    if (count === 0) return;
    const { bytes, offsets, first } = DataType.isDictionary(data.type)
      ? spread(data, from, count)
      : {
          bytes: data.values as Uint8Array,
          offsets: data.valueOffsets as ArrayLike<number | bigint>,
          first: from,
        };
    const low = Number(offsets[first]);
    const content = bytes.subarray(low, Number(offsets[first + count]));
    if (!binary) assertUtf8(name, content, offsets, first, count);
    const out = new Uint8Array(16 * count);
    const words = new Uint32Array(out.buffer);
    const base = content.length > INLINE ? place(bindings, vector, content) : 0;
    for (let i = 0; i < count; i++) {
      const start = Number(offsets[first + i]) - low;
      const size = Number(offsets[first + i + 1]) - low - start;
      words[4 * i] = size;
      const short = size <= INLINE;
      for (let k = 0, at = 16 * i + 4; k < (short ? size : 4); k++)
        out[at + k] = content[start + k]!;
      if (short) continue;
      const pointer = base + start;
      const high = Math.floor(pointer / 0x1_0000_0000);
      words[4 * i + 2] = pointer - high * 0x1_0000_0000;
      words[4 * i + 3] = high;
    }
    copyTo(bindings, vector, out);
  };
}

/** Copies the bytes into memory that lives as long as the vector, and says where. */
function place(bindings: Bindings, vector: Vector, content: Uint8Array): number {
  bindings.vector_assign_string_element_len(vector, 0, content);
  const entry = bindings.vector_get_data(vector, 16);
  const view = new DataView(entry.buffer, entry.byteOffset, 16);
  if (view.getUint32(0, true) !== content.length) {
    throw new SqlError("SQL_LOAD_FAILED", `DuckDB did not take a text of ${content.length} bytes.`);
  }
  return view.getUint32(8, true) + view.getUint32(12, true) * 0x1_0000_0000;
}

/** The text the codes of a dictionary stand for. */
function spread(
  data: Data,
  from: number,
  count: number,
): { bytes: Uint8Array; offsets: Int32Array; first: number } {
  const [texts, ...more] = data.dictionary?.data ?? [];
  if (texts === undefined || more.length > 0) {
    throw new SqlError(
      "SQL_LOAD_FAILED",
      "A dictionary column must have its dictionary in one piece.",
    );
  }
  const source = texts.values as Uint8Array;
  const places = texts.valueOffsets as Int32Array;
  const codes = data.values as ArrayLike<number | bigint>;
  const { nullBitmap, offset } = data;
  const nulls = data.nullCount > 0 ? nullBitmap : undefined;
  const offsets = new Int32Array(count + 1);
  for (let i = 0; i < count; i++) {
    const bit = offset + from + i;
    const there = !nulls || nulls[bit >> 3]! & (1 << (bit & 7));
    const code = Number(codes[from + i]);
    offsets[i + 1] = offsets[i]! + (there ? places[code + 1]! - places[code]! : 0);
  }
  const bytes = new Uint8Array(offsets[count]!);
  for (let i = 0; i < count; i++) {
    const size = offsets[i + 1]! - offsets[i]!;
    const start = size === 0 ? 0 : places[Number(codes[from + i])]!;
    for (let k = 0, at = offsets[i]!; k < size; k++) bytes[at + k] = source[start + k]!;
  }
  return { bytes, offsets, first: 0 };
}
