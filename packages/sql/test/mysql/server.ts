import { afterAll } from "vitest";
import { startMariadb } from "../../../../tools/services/mariadb.ts";
import { type MysqlServer, startMysql } from "../../../../tools/services/mysql.ts";

const SERVERS = { MySQL: startMysql, MariaDB: startMariadb };

/** A server for the tests of one file; undefined, with the reason printed, where there is none. */
export async function serverForTests(name: keyof typeof SERVERS): Promise<MysqlServer | undefined> {
  const server = await SERVERS[name]().catch((error: unknown) => {
    console.warn(`${name} is skipped: ${String(error)}`);
    return undefined;
  });
  afterAll(() => server?.stop());
  return server;
}
