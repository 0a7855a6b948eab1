import type { QueryResult, SqlEngine, SqlSession } from "@lakewright/sql";

/** A row of {@link MemoryDimension}: half-open, `to` null while it lasts. */
export interface Version {
  readonly key: string;
  readonly value: string | null;
  readonly from: number;
  to: number | null;
  readonly deleted: boolean;
}

/** SCD2 written as naively as possible, one row after the other. */
export class MemoryDimension {
  readonly versions: Version[] = [];

  load(
    at: number,
    rows: ReadonlyMap<string, string | null>,
    deletes: "ignore" | "close" | "tombstone",
  ): void {
    for (const [key, value] of rows) {
      const open = this.versions.find((version) => version.key === key && version.to === null);
      if (open && open.value === value && !open.deleted) continue;
      if (open) open.to = at;
      this.versions.push({ key, value, from: at, to: null, deleted: false });
    }
    if (deletes === "ignore") return;
    for (const version of [...this.versions]) {
      if (version.to !== null || version.deleted || rows.has(version.key)) continue;
      version.to = at;
      if (deletes === "close") continue;
      this.versions.push({ ...version, from: at, to: null, deleted: true });
    }
  }
}

/**
 * The engine, failing at the n-th statement of its transactions (from 0) as a connection that breaks does; with `cut`,
 * which cuts it, the statement is sent and fails by itself.
 */
export function failingAt(
  engine: SqlEngine,
  n: number,
  cut?: () => Promise<void>,
): SqlEngine & { readonly statements: number } {
  let statements = 0;
  const guard = async (): Promise<void> => {
    if (statements++ !== n) return;
    if (cut === undefined) throw new Error("the connection broke");
    await cut();
  };
  const late = (query: () => QueryResult): QueryResult => {
    const guarded = async (): Promise<QueryResult> => {
      await guard();
      return query();
    };
    return {
      rows: async () => (await guarded()).rows(),
      row: async () => (await guarded()).row(),
      batches: async () => (await guarded()).batches(),
      async *[Symbol.asyncIterator]() {
        yield* await guarded();
      },
    };
  };
  const broken = (session: SqlSession): SqlSession => ({
    dialect: session.dialect,
    capabilities: session.capabilities,
    execute: async (statement, options) => {
      await guard();
      return session.execute(statement, options);
    },
    query: (statement, options) => late(() => session.query(statement, options)),
    load: async (target, table, data, options) => {
      await guard();
      return session.load(target, table, data, options);
    },
    savepoint: (run) => session.savepoint((inner) => run(broken(inner))),
  });
  return {
    dialect: engine.dialect,
    capabilities: engine.capabilities,
    query: (statement, options) => engine.query(statement, options),
    execute: (statement, options) => engine.execute(statement, options),
    load: (target, table, data, options) => engine.load(target, table, data, options),
    transaction: (run, options) => engine.transaction((session) => run(broken(session)), options),
    savepoint: (run) => engine.savepoint(run),
    withLock: (name, run, options) => engine.withLock(name, run, options),
    table: (name) => engine.table(name),
    close: () => engine.close(),
    [Symbol.asyncDispose]: () => engine.close(),
    get statements() {
      return statements;
    },
  };
}
