import type { AlgorithmInfo, ChunkCrypto } from "../encryption/types.ts";
import type {
  ChunkMetadata,
  ChunkStatistics,
  FileMetadata,
  IndexPlace,
  LogicalAnnotation,
  RowGroupMetadata,
  SchemaElement,
  TimeUnit,
} from "./footer.ts";
import { Malformed, unsupported } from "./malformed.ts";
import { ThriftReader } from "./thrift-reader.ts";
import { algorithmFields, logicalFields, unitFields } from "./union-fields.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const logicalKinds = inverted(logicalFields);
const units = inverted(unitFields);
const algorithms = inverted(algorithmFields);

/** The struct FileMetaData. */
export function decodeFooter(bytes: Uint8Array): FileMetadata {
  const input = new ThriftReader(bytes);
  const file: Mutable<FileMetadata> = {
    schema: [],
    rows: -1,
    rowGroups: [],
    keyValues: {},
    typeOrders: [],
  };
  let algorithm: AlgorithmInfo | undefined;
  let keyMetadata: Uint8Array | undefined;
  input.message((id) => {
    if (id === 2) file.schema = input.list(() => readElement(input));
    else if (id === 3) file.rows = input.int();
    else if (id === 4) file.rowGroups = input.list(() => readRowGroup(input));
    else if (id === 5) file.keyValues = Object.fromEntries(input.list(() => readKeyValue(input)));
    else if (id === 6) file.createdBy = input.text();
    else if (id === 7) file.typeOrders = input.list(() => readOrder(input));
    else if (id === 8) algorithm = readAlgorithm(input);
    else if (id === 9) keyMetadata = input.binary();
  });
  if (algorithm) file.crypto = { algorithm, keyMetadata };
  if (file.schema.length === 0) throw new Malformed("there is no schema.");
  const rows = file.rowGroups.reduce((sum, group) => sum + group.rows, 0);
  if (file.rows !== rows)
    throw new Malformed(`the row groups have ${rows} rows, the file says ${file.rows}.`);
  return file;
}

function readElement(input: ThriftReader): SchemaElement {
  const element: Mutable<SchemaElement> = { name: "" };
  input.struct((id) => {
    if (id === 1) element.type = input.int();
    else if (id === 2) element.typeLength = input.int();
    else if (id === 3) element.repetition = input.int();
    else if (id === 4) element.name = input.text();
    else if (id === 5) element.children = input.int();
    else if (id === 6) element.converted = input.int();
    else if (id === 7) element.scale = input.int();
    else if (id === 8) element.precision = input.int();
    else if (id === 9) element.fieldId = input.int();
    else if (id === 10) element.logical = readLogical(input);
  });
  return element;
}

/** Undefined for annotations of later versions of the format. */
function readLogical(input: ThriftReader): LogicalAnnotation | undefined {
  const parts: { logical?: LogicalAnnotation | undefined } = {};
  input.struct((id) => {
    const kind = logicalKinds.get(id);
    if (kind !== undefined) parts.logical = readAnnotation(input, kind);
  });
  return parts.logical;
}

function readAnnotation(
  input: ThriftReader,
  kind: LogicalAnnotation["kind"],
): LogicalAnnotation | undefined {
  const parts: { first: number; second: number; flag: boolean; unit?: TimeUnit | undefined } = {
    first: 0,
    second: 0,
    flag: false,
  };
  input.struct((id) => {
    if (kind === "decimal") {
      if (id === 1) parts.first = input.int();
      else if (id === 2) parts.second = input.int();
    } else if (kind === "integer") {
      if (id === 1) parts.first = input.int();
      else if (id === 2) parts.flag = input.bool();
    } else if (kind === "time" || kind === "timestamp") {
      if (id === 1) parts.flag = input.bool();
      else if (id === 2) input.struct((unit) => void (parts.unit = units.get(unit)));
    }
  });
  const { first, second, flag, unit } = parts;
  switch (kind) {
    case "decimal":
      return { kind, scale: first, precision: second };
    case "integer":
      return { kind, bitWidth: first, signed: flag };
    case "time":
    case "timestamp":
      return unit && { kind, utc: flag, unit };
    default:
      return { kind };
  }
}

function readRowGroup(input: ThriftReader): RowGroupMetadata {
  const group: Mutable<RowGroupMetadata> = { chunks: [], bytes: 0, rows: -1 };
  input.struct((id) => {
    if (id === 1) group.chunks = input.list(() => readChunk(input));
    else if (id === 2) group.bytes = input.int();
    else if (id === 3) group.rows = input.int();
  });
  if (!Number.isSafeInteger(group.rows) || group.rows < 0)
    throw new Malformed(`a row group has ${group.rows} rows.`);
  return group;
}

function readChunk(input: ThriftReader): ChunkMetadata {
  let chunk: ChunkMetadata | undefined;
  let crypto: ChunkCrypto | undefined;
  let sealed: Uint8Array | undefined;
  const offsetIndex: Mutable<IndexPlace> = { offset: -1, bytes: 0 };
  input.struct((id) => {
    if (id === 1 && input.text() !== "") {
      throw unsupported(
        "Columns of this Parquet file are in other files.",
        "Write the table as whole files.",
      );
    }
    if (id === 3) chunk = readMetadata(input);
    else if (id === 4) offsetIndex.offset = input.int();
    else if (id === 5) offsetIndex.bytes = input.int();
    else if (id === 8) crypto = readChunkCrypto(input);
    else if (id === 9) sealed = input.binary();
  });
  if (crypto) return { ...(chunk ?? emptyChunk()), crypto, sealed };
  if (!chunk) throw new Malformed("a column chunk has no metadata.");
  return offsetIndex.bytes > 0 ? { ...chunk, offsetIndex } : chunk;
}

/** The union ColumnCryptoMetaData. */
function readChunkCrypto(input: ThriftReader): ChunkCrypto {
  let path: string[] | undefined;
  let keyMetadata: Uint8Array = new Uint8Array();
  input.struct((kind) => {
    if (kind !== 2) return;
    path = [];
    input.struct((id) => {
      if (id === 1) path = input.list(() => input.text());
      else if (id === 2) keyMetadata = input.binary();
    });
  });
  return path ? { kind: "column-key", path, keyMetadata } : { kind: "footer-key" };
}

/** The union EncryptionAlgorithm. */
function readAlgorithm(input: ThriftReader): AlgorithmInfo {
  let info: AlgorithmInfo | undefined;
  input.struct((kind) => {
    const algorithm = algorithms.get(kind);
    if (!algorithm) return;
    const parts: Mutable<AlgorithmInfo> = {
      algorithm,
      aadFileUnique: new Uint8Array(),
      supplyAadPrefix: false,
    };
    input.struct((id) => {
      if (id === 1) parts.aadPrefix = input.binary();
      else if (id === 2) parts.aadFileUnique = input.binary();
      else if (id === 3) parts.supplyAadPrefix = input.bool();
    });
    info = parts;
  });
  if (info) return info;
  throw unsupported(
    "The Parquet file is encrypted by an algorithm that is not known.",
    "Known are AES_GCM_V1 and AES_GCM_CTR_V1.",
  );
}

/** The struct FileCryptoMetaData, and where it ends. */
export function decodeFileCrypto(bytes: Uint8Array): {
  readonly algorithm: AlgorithmInfo;
  readonly keyMetadata: Uint8Array | undefined;
  readonly end: number;
} {
  const input = new ThriftReader(bytes);
  let algorithm: AlgorithmInfo | undefined;
  let keyMetadata: Uint8Array | undefined;
  input.message((id) => {
    if (id === 1) algorithm = readAlgorithm(input);
    else if (id === 2) keyMetadata = input.binary();
  });
  if (!algorithm) throw new Malformed("its footer does not say how it is encrypted.");
  return { algorithm, keyMetadata, end: input.at };
}

/** The struct ColumnMetaData by itself. */
export function decodeChunkMetadata(bytes: Uint8Array): ChunkMetadata {
  const input = new ThriftReader(bytes);
  const chunk = emptyChunk();
  input.message((id) => readMetadataField(input, chunk, id));
  return chunk;
}

function readMetadata(input: ThriftReader): ChunkMetadata {
  const chunk = emptyChunk();
  input.struct((id) => readMetadataField(input, chunk, id));
  return chunk;
}

function emptyChunk(): Mutable<ChunkMetadata> {
  return {
    type: -1,
    encodings: [],
    path: [],
    codec: -1,
    values: -1,
    uncompressedBytes: -1,
    compressedBytes: -1,
    dataPageOffset: -1,
  };
}

function readMetadataField(input: ThriftReader, chunk: Mutable<ChunkMetadata>, id: number): void {
  if (id === 1) chunk.type = input.int();
  else if (id === 2) chunk.encodings = input.list(() => input.int());
  else if (id === 3) chunk.path = input.list(() => input.text());
  else if (id === 4) chunk.codec = input.int();
  else if (id === 5) chunk.values = input.int();
  else if (id === 6) chunk.uncompressedBytes = input.int();
  else if (id === 7) chunk.compressedBytes = input.int();
  else if (id === 9) chunk.dataPageOffset = input.int();
  else if (id === 11) chunk.dictionaryPageOffset = input.int();
  else if (id === 12) chunk.statistics = readStatistics(input);
  else if (id === 14) chunk.bloomFilterOffset = input.int();
  else if (id === 15) chunk.bloomFilterBytes = input.int();
}

function readStatistics(input: ThriftReader): ChunkStatistics {
  const statistics: Mutable<ChunkStatistics> = {};
  input.struct((id) => {
    if (id === 1) statistics.deprecatedMax = input.binary();
    else if (id === 2) statistics.deprecatedMin = input.binary();
    else if (id === 3) statistics.nullCount = input.int();
    else if (id === 5) statistics.max = input.binary();
    else if (id === 6) statistics.min = input.binary();
    else if (id === 7) statistics.maxExact = input.bool();
    else if (id === 8) statistics.minExact = input.bool();
  });
  return statistics;
}

function readKeyValue(input: ThriftReader): readonly [string, string] {
  let key = "";
  let value = "";
  input.struct((id) => {
    if (id === 1) key = input.text();
    else if (id === 2) value = input.text();
  });
  return [key, value];
}

/** Whether a ColumnOrder is TYPE_ORDER. */
function readOrder(input: ThriftReader): boolean {
  let isTypeOrder = false;
  input.struct((id) => {
    isTypeOrder = id === 1;
  });
  return isTypeOrder;
}

function inverted<K extends string>(ids: Readonly<Record<K, number>>): ReadonlyMap<number, K> {
  return new Map((Object.keys(ids) as K[]).map((kind) => [ids[kind], kind]));
}
