import type { SqlEngine } from "@lakewright/sql";
import { mysql } from "@lakewright/sql/mysql";
import { postgres } from "@lakewright/sql/postgres";
import { afterAll, beforeEach, describe } from "vitest";
import { startMariadb } from "../../../../tools/services/mariadb.ts";
import { startMysql } from "../../../../tools/services/mysql.ts";
import { startPostgres } from "../../../../tools/services/postgres.ts";
import { extractionSuite } from "./extraction.ts";
import { introspectionSuite } from "./introspect.ts";
import { parallelSuite } from "./parallel.ts";

interface Server {
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

const servers: readonly (readonly [string, () => Promise<Server>, (url: string) => SqlEngine])[] = [
  ["Postgres", startPostgres, postgres],
  ["MySQL", startMysql, mysql],
  ["MariaDB", startMariadb, mysql],
];

describe.each(servers)("extraction from %s", async (name, start, open) => {
  const server = await start().catch((error: unknown) => {
    console.warn(`${name} is skipped: ${String(error)}`);
    return undefined;
  });
  const engine = server && open(await server.createDatabase());
  let schemas = 0;
  beforeEach(async (context) => {
    if (!engine) return context.skip();
    await engine.execute(`CREATE SCHEMA s${++schemas}`);
  });
  afterAll(async () => {
    await engine?.close();
    await server?.stop();
  });
  introspectionSuite(
    () => engine!,
    () => `s${schemas}`,
  );
  parallelSuite(
    () => engine!,
    () => `s${schemas}`,
  );
  extractionSuite(
    () => engine!,
    () => `s${schemas}`,
  );
});
