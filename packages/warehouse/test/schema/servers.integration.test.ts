import type { SqlEngine } from "@lakewright/sql";
import { mysql } from "@lakewright/sql/mysql";
import { pglite } from "@lakewright/sql/pglite";
import { postgres } from "@lakewright/sql/postgres";
import { afterAll, beforeAll, describe } from "vitest";
import { startMariadb } from "../../../../tools/services/mariadb.ts";
import { startMysql } from "../../../../tools/services/mysql.ts";
import { startPostgres } from "../../../../tools/services/postgres.ts";
import { kindCases } from "../define/kinds.ts";
import { schemaCases } from "./cases.ts";
import { indexCases } from "./indexes.ts";
import { partitionCases } from "./partitions.ts";

interface Server {
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

const embedded: Server = {
  createDatabase: () => Promise.resolve(""),
  stop: () => Promise.resolve(),
};

const servers: readonly (readonly [string, () => Promise<Server>, (url: string) => SqlEngine])[] = [
  ["PGlite", () => Promise.resolve(embedded), () => pglite({})],
  ["Postgres", startPostgres, postgres],
  ["MySQL", startMysql, mysql],
  ["MariaDB", startMariadb, mysql],
];

describe.each(servers)("on %s", (name, start, open) => {
  let server: Server | undefined;
  let engine: SqlEngine | undefined;
  beforeAll(async () => {
    try {
      server = await start();
      engine = open(await server.createDatabase());
    } catch (error) {
      console.warn(`Skipped, there is no ${name} here: ${String(error)}`);
    }
  });
  afterAll(async () => {
    await engine?.close();
    await server?.stop();
  });
  schemaCases(() => engine);
  kindCases(() => engine);
  indexCases(() => engine);
  partitionCases(() => engine);
});
