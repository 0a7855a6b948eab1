import type { SqlEngine, SqlSession } from "@lakewright/sql";

const TRIES = 5;

/**
 * Makes tables that may be there: all or none where the engine can, one after the other where a CREATE ends its
 * transaction. Two who make one at once get in each other's way in the catalog of Postgres, IF NOT EXISTS or not: the one
 * who lost looks again.
 */
export async function makeTables<R>(
  engine: SqlEngine,
  make: (session: SqlSession) => Promise<R>,
): Promise<R> {
  for (let tries = 1; ; tries++) {
    try {
      return await (engine.capabilities.transactionalDdl ? engine.transaction(make) : make(engine));
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      if ((code !== "SQL_CONSTRAINT" && code !== "SQL_CONFLICT") || tries === TRIES) throw error;
    }
  }
}
