export { attachTable } from "./query/wasm/attach.ts";
export { offline } from "./query/wasm/offline.ts";
export type { AttachedTable, AttachOptions, DuckDBWasmConnection } from "./query/wasm/types.ts";
