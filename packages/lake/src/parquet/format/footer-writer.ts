import type { AlgorithmInfo, ChunkCrypto } from "../encryption/types.ts";
import { Page } from "./constants.ts";
import type { ChunkMetadata, FileMetadata, LogicalAnnotation, SchemaElement } from "./footer.ts";
import { ThriftWriter } from "./thrift-writer.ts";
import { algorithmFields, logicalFields, unitFields } from "./union-fields.ts";

/** The struct FileMetaData. */
export function encodeFooter(file: FileMetadata): Uint8Array {
  const out = new ThriftWriter();
  out.struct(() => {
    out.i32(1, 1);
    out.structList(2, file.schema, (element) => writeElement(out, element));
    out.i64(3, file.rows);
    const isEncrypted = file.rowGroups.some((group) => group.chunks.some((chunk) => chunk.crypto));
    let ordinal = 0;
    out.structList(4, file.rowGroups, (group) => {
      out.structList(1, group.chunks, (chunk) => {
        out.i64(2, 0);
        // Under an encrypted footer, a chunk with a key of its own has its metadata only sealed.
        if (!chunk.sealed || file.crypto) out.structField(3, () => writeChunkMetadata(out, chunk));
        out.i64(4, chunk.offsetIndex?.offset);
        out.i32(5, chunk.offsetIndex?.bytes);
        out.i64(6, chunk.columnIndex?.offset);
        out.i32(7, chunk.columnIndex?.bytes);
        if (chunk.crypto) writeChunkCrypto(out, chunk.crypto);
        out.binary(9, chunk.sealed);
      });
      out.i64(2, group.bytes);
      out.i64(3, group.rows);
      const first = group.chunks[0];
      out.i64(5, first && (first.dictionaryPageOffset ?? first.dataPageOffset));
      out.i64(
        6,
        group.chunks.reduce((sum, chunk) => sum + chunk.compressedBytes, 0),
      );
      if (isEncrypted) out.i16(7, ordinal++);
    });
    const keyValues = Object.entries(file.keyValues);
    if (keyValues.length > 0) {
      out.structList(5, keyValues, ([key, value]) => {
        out.text(1, key);
        out.text(2, value);
      });
    }
    out.text(6, file.createdBy);
    // ColumnOrder.TYPE_ORDER: min_value and max_value follow the order of the type.
    out.structList(7, file.typeOrders, () => out.structField(1, () => {}));
    const { crypto } = file;
    if (!crypto) return;
    out.structField(8, () => writeAlgorithm(out, crypto.algorithm));
    out.binary(9, crypto.keyMetadata);
  });
  return out.sink.take();
}

/** The struct FileCryptoMetaData, which stands before an encrypted footer. */
export function encodeFileCrypto(algorithm: AlgorithmInfo, keyMetadata: Uint8Array): Uint8Array {
  const out = new ThriftWriter();
  out.struct(() => {
    out.structField(1, () => writeAlgorithm(out, algorithm));
    out.binary(2, keyMetadata);
  });
  return out.sink.take();
}

/** The struct ColumnMetaData by itself. */
export function encodeChunkMetadata(chunk: ChunkMetadata): Uint8Array {
  const out = new ThriftWriter();
  out.struct(() => writeChunkMetadata(out, chunk));
  return out.sink.take();
}

/** The struct PageHeader of a v1 data page. */
export function encodeDataPageHeader(
  uncompressedBytes: number,
  compressedBytes: number,
  values: number,
  encoding: number,
  levelEncoding: number,
  crc?: number,
): Uint8Array {
  return encodePageHeader(Page.DATA, uncompressedBytes, compressedBytes, crc, 5, (out) => {
    out.i32(1, values);
    out.i32(2, encoding);
    out.i32(3, levelEncoding);
    out.i32(4, levelEncoding);
  });
}

/** The struct PageHeader of a dictionary page. */
export function encodeDictionaryPageHeader(
  uncompressedBytes: number,
  compressedBytes: number,
  values: number,
  encoding: number,
  crc?: number,
): Uint8Array {
  return encodePageHeader(Page.DICTIONARY, uncompressedBytes, compressedBytes, crc, 7, (out) => {
    out.i32(1, values);
    out.i32(2, encoding);
  });
}

/** What every page says, and in one field of its own what pages of its kind say. */
function encodePageHeader(
  kind: number,
  uncompressedBytes: number,
  compressedBytes: number,
  crc: number | undefined,
  field: number,
  writeField: (out: ThriftWriter) => void,
): Uint8Array {
  const out = new ThriftWriter();
  out.struct(() => {
    out.i32(1, kind);
    out.i32(2, uncompressedBytes);
    out.i32(3, compressedBytes);
    // The field is signed, the sum is not.
    out.i32(4, crc === undefined ? undefined : crc | 0);
    out.structField(field, () => writeField(out));
  });
  return out.sink.take();
}

function writeElement(out: ThriftWriter, element: SchemaElement): void {
  out.i32(1, element.type);
  out.i32(2, element.typeLength);
  out.i32(3, element.repetition);
  out.text(4, element.name);
  out.i32(5, element.children);
  out.i32(6, element.converted);
  out.i32(7, element.scale);
  out.i32(8, element.precision);
  out.i32(9, element.fieldId);
  const { logical } = element;
  if (logical) out.structField(10, () => writeLogical(out, logical));
}

function writeLogical(out: ThriftWriter, logical: LogicalAnnotation): void {
  out.structField(logicalFields[logical.kind], () => {
    switch (logical.kind) {
      case "decimal":
        out.i32(1, logical.scale);
        out.i32(2, logical.precision);
        break;
      case "time":
      case "timestamp":
        out.bool(1, logical.utc);
        out.structField(2, () => out.structField(unitFields[logical.unit], () => {}));
        break;
      case "integer":
        out.byte(1, logical.bitWidth);
        out.bool(2, logical.signed);
        break;
      default:
    }
  });
}

function writeChunkMetadata(out: ThriftWriter, chunk: ChunkMetadata): void {
  out.i32(1, chunk.type);
  out.i32List(2, chunk.encodings);
  out.textList(3, chunk.path);
  out.i32(4, chunk.codec);
  out.i64(5, chunk.values);
  out.i64(6, chunk.uncompressedBytes);
  out.i64(7, chunk.compressedBytes);
  out.i64(9, chunk.dataPageOffset);
  out.i64(11, chunk.dictionaryPageOffset);
  const { statistics } = chunk;
  if (statistics) {
    out.structField(12, () => {
      out.i64(3, statistics.nullCount);
      out.binary(5, statistics.max);
      out.binary(6, statistics.min);
      out.bool(7, statistics.maxExact);
      out.bool(8, statistics.minExact);
    });
  }
  if (chunk.encodingCounts) {
    out.structList(13, chunk.encodingCounts, (entry) => {
      out.i32(1, entry.page);
      out.i32(2, entry.encoding);
      out.i32(3, entry.count);
    });
  }
  out.i64(14, chunk.bloomFilterOffset);
  out.i32(15, chunk.bloomFilterBytes);
}

/** The union ColumnCryptoMetaData. */
function writeChunkCrypto(out: ThriftWriter, crypto: ChunkCrypto): void {
  out.structField(8, () => {
    if (crypto.kind === "footer-key") return out.structField(1, () => {});
    out.structField(2, () => {
      out.textList(1, crypto.path);
      out.binary(2, crypto.keyMetadata);
    });
  });
}

/** The union EncryptionAlgorithm. */
function writeAlgorithm(out: ThriftWriter, info: AlgorithmInfo): void {
  out.structField(algorithmFields[info.algorithm], () => {
    out.binary(1, info.aadPrefix);
    out.binary(2, info.aadFileUnique);
    out.bool(3, info.supplyAadPrefix);
  });
}
