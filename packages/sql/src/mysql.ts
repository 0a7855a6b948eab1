import type { SqlEngine } from "./engine.ts";
import { SqlError } from "./errors.ts";

/** A MySQL or MariaDB server, through `mysql2`. */
export function mysql(source: unknown): SqlEngine {
  throw new SqlError("SQL_UNSUPPORTED", `mysql() of ${typeof source} is not built yet.`);
}
