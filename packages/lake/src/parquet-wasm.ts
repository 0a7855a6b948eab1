export { parquetWasm } from "./parquet/parquet-wasm/codec.ts";
export type { ParquetWasm, ParquetWasmModule } from "./parquet/parquet-wasm/codec.ts";
