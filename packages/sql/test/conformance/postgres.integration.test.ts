import { afterAll, describe, it } from "vitest";
import { type PostgresServer, startPostgres } from "../../../../tools/services/postgres.ts";
import { postgres } from "../../src/postgres.ts";
import { conformance } from "./conformance.ts";

const server: PostgresServer | undefined = await startPostgres().catch((error: unknown) => {
  console.warn(`Postgres is skipped: ${String(error)}`);
  return undefined;
});
afterAll(() => server?.stop());

describe("Postgres", () => {
  if (server === undefined) {
    it.skip("needs a server");
    return;
  }
  conformance({
    name: "Postgres",
    open: async () => postgres(await server.createDatabase()),
    slow: "SELECT pg_sleep(8)",
    series: (rows) => `SELECT generate_series(0, ${rows - 1}) AS n`,
  });
});
