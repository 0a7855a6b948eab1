import { afterAll } from "vitest";
import { type PostgresServer, startPostgres } from "../../../../tools/services/postgres.ts";

/** A server for the tests of one file; undefined, with the reason printed, where there is none. */
export async function serverForTests(): Promise<PostgresServer | undefined> {
  const server = await startPostgres().catch((error: unknown) => {
    console.warn(`Postgres is skipped: ${String(error)}`);
    return undefined;
  });
  afterAll(() => server?.stop());
  return server;
}
