import type { SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { CannotRun } from "../suite.ts";

/** An engine with an empty database; `close` leaves nothing behind. */
export interface OpenEngine {
  readonly engine: SqlEngine;
  close(): Promise<void>;
}

/** A database server of `tools/services`. */
interface Server {
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

/** Engines by the name they have on the command line. */
const engines: Readonly<Record<string, () => Promise<OpenEngine>>> = {
  duckdb: () => embedded(duckdb(":memory:")),
  pglite: async () => {
    const { pglite } = await import("@lakewright/sql/pglite");
    return embedded(pglite({ dataDir: "memory://" }));
  },
  postgres: async () => {
    const { startPostgres } = await import("../../../tools/services/postgres.ts");
    const { postgres } = await import("@lakewright/sql/postgres");
    return served("Postgres", startPostgres, postgres);
  },
  mysql: async () => {
    const { startMysql } = await import("../../../tools/services/mysql.ts");
    const { mysql } = await import("@lakewright/sql/mysql");
    return served("MySQL", startMysql, mysql);
  },
  mariadb: async () => {
    const { startMariadb } = await import("../../../tools/services/mariadb.ts");
    const { mysql } = await import("@lakewright/sql/mysql");
    return served("MariaDB", startMariadb, mysql);
  },
};

/** Opens the engine of a name. */
export function openEngine(name: string): Promise<OpenEngine> {
  const open = engines[name];
  if (open) return open();
  throw new CannotRun(`There is no engine ${name}; there are ${Object.keys(engines).join(", ")}.`);
}

function embedded(engine: SqlEngine): Promise<OpenEngine> {
  return Promise.resolve({ engine, close: () => engine.close() });
}

async function served(
  name: string,
  start: () => Promise<Server>,
  open: (url: string) => SqlEngine,
): Promise<OpenEngine> {
  const server = await start().catch((error: unknown) => {
    throw new CannotRun(`There is no ${name} here: ${String(error)}`);
  });
  const engine = open(await server.createDatabase());
  const close = async (): Promise<void> => {
    await engine.close();
    await server.stop();
  };
  return { engine, close };
}
