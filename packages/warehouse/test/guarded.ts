import type { QueryResult, Sql, SqlEngine, SqlSession } from "@lakewright/sql";

/** Asked before a statement is sent, and throws instead of it; a load has none. */
export type Guard = (statement: string | Sql | undefined) => Promise<void>;

/** The engine with a guard before every statement of its transactions and, where `outside`, before its own. */
export function guarded(engine: SqlEngine, guard: Guard, outside: boolean): SqlEngine {
  const own = outside ? guardedSession(engine, guard) : guardedSession(engine, async () => {});
  return {
    ...own,
    transaction: (run, options) =>
      engine.transaction((session) => run(guardedSession(session, guard)), options),
    withLock: (name, run, options) => engine.withLock(name, run, options),
    table: (name) => engine.table(name),
    close: () => engine.close(),
    [Symbol.asyncDispose]: () => engine.close(),
  };
}

function guardedSession(session: SqlSession, guard: Guard): SqlSession {
  return {
    dialect: session.dialect,
    capabilities: session.capabilities,
    execute: async (statement, options) => {
      await guard(statement);
      return session.execute(statement, options);
    },
    query: (statement, options) =>
      late(async () => {
        await guard(statement);
        return session.query(statement, options);
      }),
    load: async (target, table, data, options) => {
      await guard(undefined);
      return session.load(target, table, data, options);
    },
    savepoint: (run) => session.savepoint((inner) => run(guardedSession(inner, guard))),
  };
}

/** A result whose query begins when it is read. */
function late<R>(query: () => Promise<QueryResult<R>>): QueryResult<R> {
  return {
    rows: async () => (await query()).rows(),
    row: async () => (await query()).row(),
    batches: async () => (await query()).batches(),
    mapBatches: (change) => late(async () => (await query()).mapBatches(change)),
    async *[Symbol.asyncIterator]() {
      yield* await query();
    },
  };
}
