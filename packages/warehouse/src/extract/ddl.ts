import type { SqlEngine, SqlSession } from "@lakewright/sql";

/** Makes tables: all or none where the engine can, one after the other where a CREATE ends its transaction. */
export function makeTables<R>(
  engine: SqlEngine,
  make: (session: SqlSession) => Promise<R>,
): Promise<R> {
  return engine.capabilities.transactionalDdl ? engine.transaction(make) : make(engine);
}
