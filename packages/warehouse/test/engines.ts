import type { SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { mysql } from "@lakewright/sql/mysql";
import { pglite } from "@lakewright/sql/pglite";
import { postgres } from "@lakewright/sql/postgres";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { startMariadb } from "../../../tools/services/mariadb.ts";
import { startMysql } from "../../../tools/services/mysql.ts";
import { startPostgres } from "../../../tools/services/postgres.ts";

/** An empty database while tests run. */
export interface TestDatabase {
  readonly engine: SqlEngine;
  /** Another engine on it, as another process has one; undefined where the database is in this process. */
  readonly another: (() => SqlEngine) | undefined;
  /** Ends every other session of the database, as a server that restarts does; undefined where there is none. */
  readonly endSessions: (() => Promise<void>) | undefined;
  stop(): Promise<void>;
}

interface Server {
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

async function served(
  server: Server,
  open: (url: string) => SqlEngine,
  endSessions: (engine: SqlEngine) => Promise<void>,
): Promise<TestDatabase> {
  const url = await server.createDatabase();
  const engine = open(url);
  const supervisor = open(url);
  return {
    engine,
    another: () => open(url),
    endSessions: () => endSessions(supervisor),
    stop: async () => {
      await engine.close();
      await supervisor.close();
      await server.stop();
    },
  };
}

function embedded(engine: SqlEngine): Promise<TestDatabase> {
  const stop = (): Promise<void> => engine.close();
  return Promise.resolve({ engine, another: undefined, endSessions: undefined, stop });
}

async function endPostgresSessions(engine: SqlEngine): Promise<void> {
  await engine
    .query(
      "SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()",
    )
    .rows();
}

async function endMysqlSessions(engine: SqlEngine): Promise<void> {
  const others = async (): Promise<unknown[]> => {
    const query =
      "SELECT id AS session FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND db IS NOT NULL";
    return (await engine.query(query).rows()).map((row) => row["session"]);
  };
  for (const session of await others()) {
    // It may be gone by now.
    await engine.execute(`KILL ${String(session)}`).catch(() => undefined);
  }
  // A session that is killed goes on to its next look at the flag; its client hears of it a moment later.
  for (let tries = 0; tries < 100 && (await others()).length > 0; tries++) await pause(20);
  await pause(20);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Starts the database of a name. */
export const databases: Readonly<Record<string, () => Promise<TestDatabase>>> = {
  DuckDB: () => embedded(duckdb(":memory:")),
  PGlite: () => embedded(pglite({ dataDir: "memory://" })),
  Postgres: async () => served(await startPostgres(), postgres, endPostgresSessions),
  MySQL: async () => served(await startMysql(), mysql, endMysqlSessions),
  MariaDB: async () => served(await startMariadb(), mysql, endMysqlSessions),
};

/** Those besides DuckDB, on which the tests that need no server run. */
export const otherDatabases: readonly string[] = Object.keys(databases).filter(
  (name) => name !== "DuckDB",
);

/** A database for the tests of the enclosing block; they are skipped, the reason printed, where it cannot be had. */
export function databaseForTests(name: string): () => TestDatabase {
  let database: TestDatabase | undefined;
  beforeAll(async () => {
    try {
      database = await databases[name]!();
    } catch (error) {
      console.warn(`Skipped, there is no ${name} here: ${String(error)}`);
    }
  }, 180_000);
  beforeEach((context) => {
    if (database === undefined) context.skip();
  });
  afterAll(() => database?.stop());
  return () => database!;
}
