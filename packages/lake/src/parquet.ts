export { bytesAccess } from "./parquet/bytes-access.ts";
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
