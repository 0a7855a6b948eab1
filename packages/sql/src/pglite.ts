import type { SqlEngine } from "./engine.ts";
import { SqlError } from "./errors.ts";

/** Postgres in this process, through `@electric-sql/pglite`. */
export function pglite(source: unknown): SqlEngine {
  throw new SqlError("SQL_UNSUPPORTED", `pglite() of ${typeof source} is not built yet.`);
}
