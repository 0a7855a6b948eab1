import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { debianPackages, programOf } from "./debian.ts";
import { givenServer, type MysqlServer, runServer, startServer } from "./mysql-server.ts";

/** What mariadb-install-db feeds the server, in its order; its help texts and its test database are left out. */
const SYSTEM_TABLES = [
  "mariadb_system_tables.sql",
  "mariadb_performance_tables.sql",
  "mariadb_system_tables_data.sql",
  "maria_add_gis_sp_bootstrap.sql",
  "mariadb_sys_schema.sql",
];

/**
 * The server of `LAKEWRIGHT_MARIADB` where that is a URL (its user may create databases), else one started in a folder of
 * its own.
 *
 * @throws Error saying what is missing.
 */
export async function startMariadb(): Promise<MysqlServer> {
  const given = process.env["LAKEWRIGHT_MARIADB"] ?? "";
  if (given.includes("://")) return givenServer("LAKEWRIGHT_MARIADB", given);
  const root = mariadbInstallation();
  const share = join(root, "usr/share/mariadb");
  const folders = [
    `--lc-messages-dir=${share}`,
    `--character-sets-dir=${join(share, "charsets")}`,
    `--plugin-dir=${join(root, "usr/lib/mysql/plugin")}`,
  ];
  const tables = SYSTEM_TABLES.map((file) => readFileSync(join(share, file), "utf8"));
  return startServer({
    name: "MariaDB",
    program: programOf(root, "usr/sbin/mariadbd"),
    options: folders,
    initialise: {
      options: [...folders, "--bootstrap", "--enforce-storage-engine=", "--max-allowed-packet=8M"],
      input: `CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket = NULL;\n${tables.join("\n")}`,
    },
  });
}

/**
 * The folder MariaDB is unpacked in: `LAKEWRIGHT_MARIADB`, or one in the cache, fetched where it is not there.
 *
 * @throws Error saying what is missing.
 */
export function mariadbInstallation(): string {
  const given = process.env["LAKEWRIGHT_MARIADB"] ?? "";
  if (given === "") {
    return debianPackages({
      name: "mariadb-stable",
      suite: "stable",
      packages: ["mariadb-server-core", "mariadb-client-core"],
    });
  }
  if (given.includes("://") || existsSync(join(given, "usr/sbin/mariadbd"))) return given;
  throw new Error(`LAKEWRIGHT_MARIADB is ${given}, which has no usr/sbin/mariadbd.`);
}

/** `npx node tools/services/mariadb.ts` starts one by hand, until Ctrl-C. */
if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await runServer(startMariadb());
