import { checksum } from "../codec/checksum.ts";
import type { Decompress } from "../codec/decompress.ts";
import { Page } from "../format/constants.ts";
import { Malformed } from "../format/malformed.ts";
import type { PageHeader } from "../format/page-header.ts";
import { Cursor } from "./cursor.ts";

/** What a data page holds as its writer made it. Good until another page is opened. */
export interface PageContent {
  readonly levels: Cursor;
  /** The values, once the levels have been read. Those of v2 pages are decompressed only then. */
  values(): Cursor;
}

export function openDataPage(
  bytes: Uint8Array,
  header: PageHeader,
  decompress: Decompress,
): PageContent {
  const stored = storedBytes(bytes, header);
  const { uncompressedBytes, isCompressed } = header;
  if (header.page !== Page.DATA_V2) {
    const cursor = new Cursor(decompress(stored, uncompressedBytes));
    return { levels: cursor, values: () => cursor };
  }
  const levelBytes = header.definitionBytes + header.repetitionBytes;
  const rest = stored.subarray(levelBytes);
  return {
    levels: new Cursor(stored, 0, levelBytes),
    values: () =>
      new Cursor(isCompressed ? decompress(rest, uncompressedBytes - levelBytes) : rest),
  };
}

/** The entries of a dictionary page. */
export function openDictionaryPage(
  bytes: Uint8Array,
  header: PageHeader,
  decompress: Decompress,
): Cursor {
  return new Cursor(decompress(storedBytes(bytes, header), header.uncompressedBytes));
}

function storedBytes(bytes: Uint8Array, header: PageHeader): Uint8Array {
  const { contentAt, compressedBytes, crc } = header;
  const stored = bytes.subarray(contentAt, contentAt + compressedBytes);
  if (crc !== undefined && checksum(stored) !== crc)
    throw new Malformed("its checksum is not that of its bytes.");
  return stored;
}
