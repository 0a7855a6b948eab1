import type { Data } from "apache-arrow";
import { sliceBits } from "../../shared/columns/bits.ts";
import type { Bindings, Vector } from "../driver.ts";

/** Copies rows [from, from + count) of Arrow data into a vector. */
export type VectorWriter = (vector: Vector, data: Data, from: number, count: number) => void;

/** The writer, with the nulls of the data written as well. */
export function withValidity(bindings: Bindings, write: VectorWriter): VectorWriter {
  return (vector, data, from, count) => {
    if (data.nullCount > 0 && data.nullBitmap && data.nullBitmap.length > 0 && count > 0) {
      const bits = sliceBits(data.nullBitmap, data.offset + from, count);
      bindings.vector_ensure_validity_writable(vector);
      bindings.copy_data_to_vector_validity(vector, 0, bits.buffer, bits.byteOffset, bits.length);
    }
    write(vector, data, from, count);
  };
}

export function copyTo(
  bindings: Bindings,
  vector: Vector,
  source: Uint8Array | ArrayBufferView,
): void {
  bindings.copy_data_to_vector(vector, 0, source.buffer, source.byteOffset, source.byteLength);
}
