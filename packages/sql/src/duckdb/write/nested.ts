import type { Bindings } from "../driver.ts";
import { copyTo, type VectorWriter } from "./writer.ts";

/** LIST, and MAP as a list of key and value. */
export function listWriter(bindings: Bindings, item: VectorWriter): VectorWriter {
  return (vector, data, from, count) => {
    const offsets = data.valueOffsets as Int32Array;
    const low = offsets[from]!;
    const size = offsets[from + count]! - low;
    const entries = new Uint32Array(4 * count);
    for (let i = 0; i < count; i++) {
      const start = offsets[from + i]!;
      entries[4 * i] = start - low;
      entries[4 * i + 2] = offsets[from + i + 1]! - start;
    }
    bindings.list_vector_reserve(vector, size);
    bindings.list_vector_set_size(vector, size);
    item(bindings.list_vector_get_child(vector), data.children[0]!, low, size);
    copyTo(bindings, vector, entries);
  };
}

/** STRUCT. */
export function structWriter(bindings: Bindings, fields: readonly VectorWriter[]): VectorWriter {
  return (vector, data, from, count) => {
    fields.forEach((write, k) =>
      write(bindings.struct_vector_get_child(vector, k), data.children[k]!, from, count),
    );
  };
}
