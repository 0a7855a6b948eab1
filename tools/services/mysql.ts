import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { debianPackages, programOf } from "./debian.ts";
import { givenServer, type MysqlServer, runServer, startServer } from "./mysql-server.ts";

export type { MysqlServer } from "./mysql-server.ts";

/**
 * The server of `LAKEWRIGHT_MYSQL` where that is a URL (its user may create databases), else MySQL 9 started in a folder
 * of its own.
 *
 * @param settings - options of the server beside ours, or in their place; one that was given keeps its own
 * @throws Error saying what is missing.
 */
export async function startMysql(
  settings: Readonly<Record<string, string>> = {},
): Promise<MysqlServer> {
  const given = process.env["LAKEWRIGHT_MYSQL"] ?? "";
  if (given.includes("://")) return givenServer("LAKEWRIGHT_MYSQL", given);
  const root = mysqlInstallation();
  const share = join(root, "usr/share/mysql");
  const folders = [
    `--lc-messages-dir=${share}`,
    `--character-sets-dir=${join(share, "charsets")}`,
    `--plugin-dir=${join(root, "usr/lib/mysql/plugin")}`,
  ];
  return startServer({
    name: "MySQL",
    program: programOf(root, "usr/sbin/mysqld", ["usr/lib/mysql/private"]),
    options: [
      ...folders,
      "--mysqlx=OFF",
      "--secure-file-priv=",
      // It takes 250 MB, and nothing asks it.
      "--performance-schema=OFF",
      ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`),
    ],
    initialise: { options: [...folders, "--initialize-insecure"] },
  });
}

/**
 * The folder MySQL is unpacked in: `LAKEWRIGHT_MYSQL`, or one in the cache, fetched where it is not there: 60 MB of
 * Debian's package, which stable does not have.
 *
 * @throws Error saying what is missing.
 */
export function mysqlInstallation(): string {
  const given = process.env["LAKEWRIGHT_MYSQL"] ?? "";
  if (given === "") {
    return debianPackages({ name: "mysql-sid", suite: "sid", packages: ["mysql-server-core"] });
  }
  if (given.includes("://") || existsSync(join(given, "usr/sbin/mysqld"))) return given;
  throw new Error(`LAKEWRIGHT_MYSQL is ${given}, which has no usr/sbin/mysqld.`);
}

/** `npx node tools/services/mysql.ts` starts one by hand, until Ctrl-C. */
if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await runServer(startMysql());
