import type { LakeTable } from "../../table/types.ts";
import type { AttachedTable, AttachOptions, DuckDBConnection } from "./types.ts";

export function attachTable(
  connection: DuckDBConnection,
  name: string,
  table: LakeTable,
  options: AttachOptions = {},
): Promise<AttachedTable> {
  void [connection, name, table, options];
  return Promise.reject(new Error("not built yet"));
}
