import type { Table } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import { ByteSink } from "./byte-sink.ts";
import { rowEncoder } from "./canonical.ts";
import { HEX_BYTES, Sha256 } from "./sha256.ts";

/** The SHA-256 of each row over some of its columns, as 64 hexadecimal digits in ASCII, one after the other. */
export function rowHashes(
  table: Table,
  batch: RecordBatch,
  names: readonly string[],
): Uint8Array<ArrayBuffer> {
  const out = new ByteSink();
  const encode = rowEncoder(table, batch, names, out);
  const sha = new Sha256();
  const digests = new Uint8Array(batch.numRows * HEX_BYTES);
  for (let row = 0; row < batch.numRows; row++) {
    out.length = 0;
    encode(row);
    sha.digest(out.bytes, 0, out.length, digests, row * HEX_BYTES);
  }
  return digests;
}
