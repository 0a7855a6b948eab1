import type { SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { postgres } from "@lakewright/sql/postgres";
import { CannotRun } from "../suite.ts";

/** An engine with an empty database; `close` leaves nothing behind. */
export interface OpenEngine {
  readonly engine: SqlEngine;
  close(): Promise<void>;
}

/** Engines by the name they have on the command line. */
const engines: Readonly<Record<string, () => Promise<OpenEngine>>> = {
  duckdb: () => {
    const engine = duckdb(":memory:");
    return Promise.resolve({ engine, close: () => engine.close() });
  },
  postgres: async () => {
    const { startPostgres } = await import("../../../tools/services/postgres.ts");
    const server = await startPostgres().catch((error: unknown) => {
      throw new CannotRun(`There is no Postgres here: ${String(error)}`);
    });
    const engine = postgres(await server.createDatabase());
    const close = async (): Promise<void> => {
      await engine.close();
      await server.stop();
    };
    return { engine, close };
  },
};

/** Opens the engine of a name. */
export function openEngine(name: string): Promise<OpenEngine> {
  const open = engines[name];
  if (open) return open();
  throw new CannotRun(`There is no engine ${name}; there are ${Object.keys(engines).join(", ")}.`);
}
