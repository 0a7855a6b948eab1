import type { ChunkMetadata } from "../format/footer.ts";
import { Page } from "../format/constants.ts";
import { Malformed } from "../format/malformed.ts";
import { decodePageHeader } from "../format/page-header.ts";
import { ByteSink } from "../format/byte-sink.ts";
import { Module, type ModuleCipher } from "./modules.ts";

/** Encrypts the pages of a chunk and their headers, each as a module of its own. */
export function encryptChunk(
  cipher: ModuleCipher,
  bytes: Uint8Array,
  metadata: ChunkMetadata,
  rowGroup: number,
  column: number,
): { readonly bytes: Uint8Array; readonly metadata: ChunkMetadata } {
  const start = startOf(metadata);
  const out = new ByteSink(bytes.length + 1024);
  let page = 0;
  let dataPageOffset: number | undefined;
  for (let at = 0; at < bytes.length;) {
    const header = decodePageHeader(bytes, at);
    const end = header.contentAt + header.compressedBytes;
    const isDictionary = header.page === Page.DICTIONARY;
    const place = isDictionary ? [rowGroup, column] : [rowGroup, column, page++];
    const content = bytes.subarray(header.contentAt, end);
    const sealed = cipher.seal(
      isDictionary ? Module.DICTIONARY_PAGE : Module.DATA_PAGE,
      place,
      content,
    );
    const sized = withSize(bytes.subarray(at, header.contentAt), sealed.length);
    if (!isDictionary) dataPageOffset ??= start + out.length;
    out.writeBytes(
      cipher.seal(
        isDictionary ? Module.DICTIONARY_PAGE_HEADER : Module.DATA_PAGE_HEADER,
        place,
        sized,
      ),
    );
    out.writeBytes(sealed);
    at = end;
  }
  const { compressedBytes, uncompressedBytes } = metadata;
  const encrypted = out.take();
  return {
    bytes: encrypted,
    metadata: {
      ...metadata,
      compressedBytes: encrypted.length,
      uncompressedBytes: uncompressedBytes + encrypted.length - compressedBytes,
      dataPageOffset: dataPageOffset ?? start,
    },
  };
}

/** The chunk with its pages as they were. */
export function decryptChunk(
  cipher: ModuleCipher,
  bytes: Uint8Array,
  metadata: ChunkMetadata,
  rowGroup: number,
  column: number,
): Uint8Array {
  const out = new ByteSink(bytes.length);
  let page = 0;
  let isDictionary = hasDictionary(metadata);
  for (let at = 0; at < bytes.length;) {
    const place = isDictionary ? [rowGroup, column] : [rowGroup, column, page++];
    const header = cipher.open(
      isDictionary ? Module.DICTIONARY_PAGE_HEADER : Module.DATA_PAGE_HEADER,
      place,
      bytes,
      at,
    );
    const content = cipher.open(
      isDictionary ? Module.DICTIONARY_PAGE : Module.DATA_PAGE,
      place,
      bytes,
      header.end,
    );
    out.writeBytes(withSize(header.plain, content.plain.length));
    out.writeBytes(content.plain);
    at = content.end;
    isDictionary = false;
  }
  return out.take();
}

function startOf(metadata: ChunkMetadata): number {
  return hasDictionary(metadata) ? metadata.dictionaryPageOffset! : metadata.dataPageOffset;
}

function hasDictionary({ dictionaryPageOffset }: ChunkMetadata): boolean {
  return dictionaryPageOffset !== undefined && dictionaryPageOffset > 0;
}

const I32_NEXT = 0x15;
const SIZE_FIELD = 3;

/**
 * A page header with another size of its page: the third field of the struct, after two of the same kind. A checksum, which
 * would be the fourth and is that of other bytes, is left out.
 */
function withSize(header: Uint8Array, size: number): Uint8Array {
  let at = 0;
  let from = 0;
  for (let field = 1; field <= SIZE_FIELD; field++) {
    if (header[at] !== I32_NEXT)
      throw new Malformed("a page header does not begin with its sizes.");
    from = ++at;
    while (header[at]! & 0x80) at++;
    at++;
  }
  const out = new ByteSink(header.length + 8);
  out.writeBytes(header.subarray(0, from));
  out.writeZigzag(size);
  if (header[at] === I32_NEXT) {
    while (header[++at]! & 0x80);
    // The field after it is then one further from the third.
    out.writeByte(header[++at]! + 0x10);
    at++;
  }
  out.writeBytes(header.subarray(at));
  return out.take();
}
