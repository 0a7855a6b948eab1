export { attachTable } from "./query/duckdb/attach.ts";
export type { AttachedTable, AttachOptions, DuckDBConnection } from "./query/duckdb/types.ts";
