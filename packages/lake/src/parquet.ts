export { bytesAccess } from "./parquet/bytes-access.ts";
export { openParquet } from "./parquet/reader.ts";
export type { OpenParquetOptions } from "./parquet/reader.ts";
export { parquetWriter } from "./parquet/writer.ts";
export type {
  ColumnStatistics,
  ParquetCodec,
  ParquetFile,
  ParquetReadOptions,
  ParquetSummary,
  ParquetWriteOptions,
  ParquetWriter,
  RandomAccess,
  RowGroupInfo,
} from "./parquet/types.ts";
