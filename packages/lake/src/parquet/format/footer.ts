import type { LakeError } from "../../errors.ts";
import type { AlgorithmInfo, ChunkCrypto } from "../encryption/types.ts";

/** The structs of a footer, as far as they are used. Source: parquet-format, parquet.thrift. */

export type LogicalAnnotation =
  | {
      readonly kind:
        | "string"
        | "map"
        | "list"
        | "enum"
        | "date"
        | "unknown"
        | "json"
        | "bson"
        | "uuid"
        | "float16"
        | "variant"
        | "geometry"
        | "geography";
    }
  | { readonly kind: "decimal"; readonly scale: number; readonly precision: number }
  | { readonly kind: "time" | "timestamp"; readonly utc: boolean; readonly unit: TimeUnit }
  | { readonly kind: "integer"; readonly bitWidth: number; readonly signed: boolean };

export type TimeUnit = "ms" | "us" | "ns";

export interface SchemaElement {
  readonly name: string;
  /** Absent for groups. */
  readonly type?: number | undefined;
  readonly typeLength?: number | undefined;
  readonly repetition?: number | undefined;
  readonly children?: number | undefined;
  readonly converted?: number | undefined;
  readonly scale?: number | undefined;
  readonly precision?: number | undefined;
  readonly fieldId?: number | undefined;
  readonly logical?: LogicalAnnotation | undefined;
}

export interface ChunkStatistics {
  /** Of unknown order for anything but signed numbers: early writers compared bytes as signed. */
  readonly deprecatedMin?: Uint8Array | undefined;
  readonly deprecatedMax?: Uint8Array | undefined;
  readonly nullCount?: number | undefined;
  readonly min?: Uint8Array | undefined;
  readonly max?: Uint8Array | undefined;
  /** False where the value was cut: it is then a bound, and no value of the column. */
  readonly minExact?: boolean | undefined;
  readonly maxExact?: boolean | undefined;
}

export interface EncodingCount {
  readonly page: number;
  readonly encoding: number;
  readonly count: number;
}

export interface IndexPlace {
  readonly offset: number;
  readonly bytes: number;
}

/** One column of one row group. */
export interface ChunkMetadata {
  readonly type: number;
  readonly encodings: readonly number[];
  /** Names in the file's schema, `list` and `element` groups included. */
  readonly path: readonly string[];
  readonly codec: number;
  readonly values: number;
  readonly uncompressedBytes: number;
  readonly compressedBytes: number;
  readonly dataPageOffset: number;
  readonly dictionaryPageOffset?: number | undefined;
  readonly statistics?: ChunkStatistics | undefined;
  readonly encodingCounts?: readonly EncodingCount[] | undefined;
  readonly bloomFilterOffset?: number | undefined;
  /** Header and bits. */
  readonly bloomFilterBytes?: number | undefined;
  /** Places of the OffsetIndex and of the ColumnIndex. */
  readonly offsetIndex?: IndexPlace | undefined;
  readonly columnIndex?: IndexPlace | undefined;
  /** Set where the chunk is encrypted. */
  readonly crypto?: ChunkCrypto | undefined;
  /** The other properties, encrypted. */
  readonly sealed?: Uint8Array | undefined;
  /** Why the chunk cannot be read: its key could not be had. The other properties are then empty. */
  readonly locked?: LakeError | undefined;
}

export interface RowGroupMetadata {
  readonly chunks: readonly ChunkMetadata[];
  /** Bytes of all pages with their headers, before compression. */
  readonly bytes: number;
  readonly rows: number;
}

export interface FileMetadata {
  readonly schema: readonly SchemaElement[];
  readonly rows: number;
  readonly rowGroups: readonly RowGroupMetadata[];
  readonly keyValues: Readonly<Record<string, string>>;
  readonly createdBy?: string | undefined;
  /** A leaf each: whether min and max follow the order that the format gives the type. */
  readonly typeOrders: readonly boolean[];
  /** Of a file that has encrypted columns under a readable footer. */
  readonly crypto?:
    | { readonly algorithm: AlgorithmInfo; readonly keyMetadata?: Uint8Array | undefined }
    | undefined;
}
