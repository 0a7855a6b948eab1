import { LakeError } from "../errors.ts";
import { lockedChunk } from "./encryption/locked.ts";
import type { FileDecryptor, ParquetEncryption } from "./encryption/types.ts";
import { MAGIC } from "./format/constants.ts";
import type { ChunkMetadata, FileMetadata } from "./format/footer.ts";
import { decodeFooter } from "./format/footer-reader.ts";
import { Malformed } from "./format/malformed.ts";
import type { RandomAccess } from "./types.ts";

/** Bytes read from the end at first: most footers fit. */
const FIRST_READ = 64 * 1024;
/** Length and magic number at the end. */
const TAIL = 8;

/** Reads the footer of a file, with one request where it is small. Columns without a key for them are locked. */
export async function readFooter(
  access: RandomAccess,
  encryption?: ParquetEncryption,
): Promise<FileDecryptor> {
  const { size } = access;
  if (size < MAGIC.length + TAIL) throw new Malformed(`a file of ${size} bytes is no Parquet.`);
  const from = Math.max(0, size - FIRST_READ);
  const end = await readExactly(access, from, size);
  const magic = String.fromCharCode(...end.subarray(end.length - 4));
  if (magic === "PARE" && !encryption)
    throw needsKeys("The footer of the Parquet file is encrypted.");
  if (magic !== "PAR1" && magic !== "PARE")
    throw new Malformed(`it ends in ${JSON.stringify(magic)}, not in "PAR1".`);
  const tail = new DataView(end.buffer, end.byteOffset + end.length - TAIL, TAIL);
  const length = tail.getUint32(0, true);
  if (length > size - MAGIC.length - TAIL)
    throw new Malformed(`it says it has ${length} bytes in a file of ${size}.`);
  const start = size - TAIL - length;
  const footer =
    start >= from
      ? end.subarray(start - from, end.length - TAIL)
      : await readExactly(access, start, size - TAIL);
  if (encryption) return encryption.open(footer, magic === "PARE");
  return { file: locked(decodeFooter(footer)), chunk: (chunk) => chunk };
}

/** A file whose encrypted columns cannot be read. */
function locked(file: FileMetadata): FileMetadata {
  if (!file.crypto) return file;
  const error = needsKeys("The column is encrypted.");
  const lock = (chunk: ChunkMetadata): ChunkMetadata =>
    chunk.crypto ? lockedChunk(chunk, error) : chunk;
  const rowGroups = file.rowGroups.map((group) => ({ ...group, chunks: group.chunks.map(lock) }));
  return { ...file, rowGroups };
}

function needsKeys(message: string): LakeError {
  return new LakeError("LAKE_ENCRYPTED", message, {
    hint: "Give `encryption`: parquetEncryption({ keys, … }) of @lakewright/lake/encryption.",
  });
}

/** Bytes that must be there; a file may be shorter than its size was said to be. */
export async function readExactly(
  access: RandomAccess,
  from: number,
  to: number,
): Promise<Uint8Array> {
  const bytes = await access.read(from, to);
  if (bytes.length === to - from) return bytes;
  throw new Malformed(`bytes ${from} to ${to} were asked for, and ${bytes.length} came.`);
}
