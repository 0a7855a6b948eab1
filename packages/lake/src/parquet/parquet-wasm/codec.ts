import type { Table } from "@lakewright/core";
import type * as module from "parquet-wasm";
import type { OpenParquetOptions } from "../reader.ts";
import type { ParquetFile, ParquetWriteOptions, ParquetWriter, RandomAccess } from "../types.ts";
import { openWithWasm } from "./read.ts";
import { WasmWriter } from "./write.ts";

/** The package parquet-wasm, imported and, where its build asks for it, initialised. */
export type ParquetWasmModule = Pick<
  typeof module,
  "Compression" | "readParquet" | "Table" | "writeParquet" | "WriterPropertiesBuilder"
>;

/** The functions of `@lakewright/lake/parquet`, done by parquet-wasm. */
export interface ParquetWasm {
  /**
   * A writer that encodes with arrow-rs. The whole file is held until `finish`, in the wasm's memory as well: at most 4 GB.
   *
   * @throws LakeError as `parquetWriter` of `@lakewright/lake/parquet`.
   */
  parquetWriter(table: Table, options?: ParquetWriteOptions): ParquetWriter;
  /**
   * A file that is decoded with arrow-rs. Its footer is read by this package; the first `read` takes the whole file into memory.
   *
   * @throws LakeError as `openParquet` of `@lakewright/lake/parquet`.
   */
  openParquet(access: RandomAccess, options?: OpenParquetOptions): Promise<ParquetFile>;
}

/** Parquet by parquet-wasm (arrow-rs), with the functions of `@lakewright/lake/parquet`. */
export function parquetWasm(wasm: ParquetWasmModule): ParquetWasm {
  return {
    parquetWriter: (table, options = {}) => new WasmWriter(wasm, table, options),
    openParquet: (access, options = {}) => openWithWasm(wasm, access, options),
  };
}
