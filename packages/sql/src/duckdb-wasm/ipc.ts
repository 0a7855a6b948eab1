import { batchOf } from "@lakewright/core";
import {
  DataType,
  makeBuilder,
  type RecordBatch,
  RecordBatchReader,
  RecordBatchStreamWriter,
  type Schema,
} from "apache-arrow";

/** The schema a result begins with. */
export function schemaOf(header: Uint8Array): Schema {
  return RecordBatchReader.from(header).open().schema;
}

/** duckdb-wasm leaves the dictionaries of ENUM columns out where a result is streamed. */
export function hasDictionaries({ fields }: Schema): boolean {
  const isCoded = (type: DataType): boolean =>
    DataType.isDictionary(type) || (type.children ?? []).some((child) => isCoded(child.type));
  return fields.some(({ type }) => isCoded(type));
}

/** The schema and what follows it, as one stream. */
export function joined(header: Uint8Array, bytes: Uint8Array): Uint8Array {
  const stream = new Uint8Array(header.length + bytes.length);
  stream.set(header);
  stream.set(bytes, header.length);
  return stream;
}

/** A batch without rows, for its schema. */
export function emptyBatch(header: Uint8Array): RecordBatch {
  const schema = schemaOf(header);
  const columns = schema.fields.map(({ type }) => makeBuilder({ type }).flush());
  return batchOf(schema, 0, columns);
}

/** Batches as one stream. duckdb-wasm brings its own copy of apache-arrow: bytes cross, objects do not. */
export function streamBytes(batches: readonly RecordBatch[]): Uint8Array {
  const bytes = RecordBatchStreamWriter.writeAll(batches).toUint8Array(true);
  // A worker is sent the buffer below, whole: nothing else may be in it.
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
}
