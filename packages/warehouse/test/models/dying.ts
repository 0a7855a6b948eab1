import type { QueryResult, SqlEngine, SqlSession } from "@lakewright/sql";

/** The engine of a process that is killed before its n-th statement (from 0), inside transactions and outside: none is sent after. */
export function dyingAt(
  engine: SqlEngine,
  n: number,
): SqlEngine & { readonly statements: number; readonly sent: readonly string[] } {
  const sent: string[] = [];
  let statements = 0;
  const guard = (statement: unknown): void => {
    if (statements++ >= n) throw new Error("the process was killed");
    sent.push(
      typeof statement === "string"
        ? statement
        : (statement as { render(dialect: unknown): { text: string } }).render(engine.dialect).text,
    );
  };
  const mortal = (session: SqlSession): SqlSession => ({
    dialect: session.dialect,
    capabilities: session.capabilities,
    execute: async (statement, options) => {
      guard(statement);
      return session.execute(statement, options);
    },
    query: (statement, options) => late(statement, () => session.query(statement, options)),
    load: async (target, table, data, options) => {
      guard("LOAD");
      return session.load(target, table, data, options);
    },
    savepoint: (run) => session.savepoint((inner) => run(mortal(inner))),
  });
  const late = (statement: unknown, query: () => QueryResult): QueryResult => {
    const guarded = (): QueryResult => {
      guard(statement);
      return query();
    };
    return {
      rows: async () => guarded().rows(),
      row: async () => guarded().row(),
      batches: async () => guarded().batches(),
      async *[Symbol.asyncIterator]() {
        yield* guarded();
      },
    };
  };
  return {
    ...mortal(engine),
    transaction: (run, options) => engine.transaction((session) => run(mortal(session)), options),
    withLock: (name, run, options) => engine.withLock(name, run, options),
    table: (name) => engine.table(name),
    close: () => engine.close(),
    [Symbol.asyncDispose]: () => engine.close(),
    get statements() {
      return statements;
    },
    sent,
  };
}
