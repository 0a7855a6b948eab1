import { Page } from "./constants.ts";
import { Malformed } from "./malformed.ts";
import { ThriftReader } from "./thrift-reader.ts";

/** The struct PageHeader, of whichever kind. */
export interface PageHeader {
  readonly page: number;
  readonly uncompressedBytes: number;
  readonly compressedBytes: number;
  /** Entries of a data page, nulls included, or values of a dictionary. */
  readonly values: number;
  readonly encoding: number;
  /** Of v1 pages. */
  readonly definitionEncoding: number;
  readonly repetitionEncoding: number;
  /** Of v2 pages, whose levels come first and are never compressed. */
  readonly definitionBytes: number;
  readonly repetitionBytes: number;
  readonly isCompressed: boolean;
  /** CRC-32 of the content as it is stored. */
  readonly crc?: number | undefined;
  /** Where the content of the page begins. */
  readonly contentAt: number;
}

/** Reads the page header at a position; the whole of its page must be there. */
export function decodePageHeader(bytes: Uint8Array, at: number): PageHeader {
  const input = new ThriftReader(bytes, at);
  const header = {
    page: -1,
    uncompressedBytes: -1,
    compressedBytes: -1,
    values: 0,
    encoding: -1,
    definitionEncoding: -1,
    repetitionEncoding: -1,
    definitionBytes: 0,
    repetitionBytes: 0,
    isCompressed: true,
    contentAt: 0,
    crc: undefined as number | undefined,
  };
  input.message((id) => {
    if (id === 1) header.page = input.int();
    else if (id === 2) header.uncompressedBytes = input.int();
    else if (id === 3) header.compressedBytes = input.int();
    else if (id === 4) header.crc = input.int() >>> 0;
    else if (id === 5 || id === 7) {
      input.struct((part) => {
        if (part === 1) header.values = input.int();
        else if (part === 2) header.encoding = input.int();
        else if (part === 3 && id === 5) header.definitionEncoding = input.int();
        else if (part === 4 && id === 5) header.repetitionEncoding = input.int();
      });
    } else if (id === 8) {
      input.struct((part) => {
        if (part === 1) header.values = input.int();
        else if (part === 4) header.encoding = input.int();
        else if (part === 5) header.definitionBytes = input.int();
        else if (part === 6) header.repetitionBytes = input.int();
        else if (part === 7) header.isCompressed = input.bool();
      });
    }
  });
  header.contentAt = input.at;
  const { compressedBytes, uncompressedBytes, values } = header;
  const levelBytes = header.definitionBytes + header.repetitionBytes;
  if (compressedBytes < 0 || compressedBytes > bytes.length - input.at)
    throw new Malformed(`a page of ${compressedBytes} bytes leads past the end of its column.`);
  if (uncompressedBytes < 0 || values < 0 || values > 2 ** 31 - 1)
    throw new Malformed(`a page has ${values} values in ${uncompressedBytes} bytes.`);
  const isV2 = header.page === Page.DATA_V2;
  const mostLevelBytes = Math.min(compressedBytes, uncompressedBytes);
  if (
    isV2 &&
    (header.definitionBytes < 0 || header.repetitionBytes < 0 || levelBytes > mostLevelBytes)
  )
    throw new Malformed(`a page of ${compressedBytes} bytes has ${levelBytes} bytes of levels.`);
  return header;
}
