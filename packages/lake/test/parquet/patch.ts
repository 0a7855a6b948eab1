import type { FileMetadata } from "../../src/parquet/format/footer.ts";
import { decodeFooter } from "../../src/parquet/format/footer-reader.ts";
import { encodeFooter } from "../../src/parquet/format/footer-writer.ts";

/** The file with another footer, made of its own: as another writer would have described the same pages. */
export function patchFooter(
  bytes: Uint8Array,
  change: (file: FileMetadata) => FileMetadata,
): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = bytes.length - 8 - view.getUint32(bytes.length - 8, true);
  const footer = encodeFooter(change(decodeFooter(bytes.subarray(start, bytes.length - 8))));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return Buffer.concat([bytes.subarray(0, start), footer, length, Buffer.from("PAR1")]);
}

/** Changes the elements of the schema by their name; chunks keep their paths. */
export function patchElements(
  bytes: Uint8Array,
  changes: Readonly<Record<string, object>>,
): Uint8Array {
  return patchFooter(bytes, (file) => ({
    ...file,
    schema: file.schema.map((element) => ({ ...element, ...changes[element.name] })),
  }));
}
