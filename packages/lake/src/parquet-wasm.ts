export { parquetWasm } from "./parquet/wasm/codec.ts";
export type { ParquetWasm, ParquetWasmModule } from "./parquet/wasm/codec.ts";
