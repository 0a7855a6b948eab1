export { attachTable } from "./query/duckdb-wasm/attach.ts";
export { offline } from "./query/duckdb-wasm/offline.ts";
export type {
  AttachedTable,
  AttachOptions,
  DuckDBWasmConnection,
} from "./query/duckdb-wasm/types.ts";
