import { type RecordBatch, RecordBatchStreamWriter, type Schema } from "apache-arrow";

/** One batch as a whole Arrow stream. duckdb-wasm brings its own copy of apache-arrow: bytes cross, objects do not. */
export function batchBytes(batch: RecordBatch): Uint8Array {
  return owned(RecordBatchStreamWriter.writeAll([batch]).toUint8Array(true));
}

/** A stream with no rows. */
export function schemaBytes(schema: Schema): Uint8Array {
  const writer = new RecordBatchStreamWriter();
  writer.reset(undefined, schema);
  writer.finish();
  return owned(writer.toUint8Array(true));
}

/** duckdb-wasm sends the buffer below to its worker, whole: nothing else may be in it. */
function owned(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
}
