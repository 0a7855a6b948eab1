import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Connection, createConnection } from "mysql2/promise";
import type { Program } from "./debian.ts";
import { ownServer, untilInterrupted } from "./own-server.ts";
import { freePort } from "./port.ts";

const READY_MS = 120_000;

/** A MySQL or MariaDB for tests: its data is gone when it stops. */
export interface MysqlServer {
  /** mysql://user:password@127.0.0.1:port/lakewright */
  readonly url: string;
  /** Makes an empty database and gives its URL. */
  createDatabase(): Promise<string>;
  /** Ends the process at once, as a crash would; the data stay. */
  kill(): Promise<void>;
  /** Starts it again on the same port with the same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** What the two servers differ in when they are started. */
export interface ServerKind {
  readonly name: string;
  readonly program: Program;
  /** Options of every start. */
  readonly options: readonly string[];
  /** Makes the folder of the data: options, and what the server reads. */
  readonly initialise: { readonly options: readonly string[]; readonly input?: string };
}

/** As in production, but for what makes a commit outlive the machine; the folder and the port come with each start. */
const SETTINGS: Readonly<Record<string, string>> = {
  "bind-address": "127.0.0.1",
  "skip-name-resolve": "ON",
  "local-infile": "ON",
  "sql-mode":
    "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION",
  "innodb-flush-log-at-trx-commit": "0",
  "sync-binlog": "0",
  "innodb-buffer-pool-size": "256M",
};

/** Everything is allowed to one user, who comes over the network. */
const USERS = `CREATE DATABASE IF NOT EXISTS lakewright;
CREATE USER IF NOT EXISTS lakewright@'%' IDENTIFIED BY 'lakewright';
GRANT ALL PRIVILEGES ON *.* TO lakewright@'%' WITH GRANT OPTION;
`;

/** The server a URL names: it is used and left as it is. */
export async function givenServer(variable: string, url: string): Promise<MysqlServer> {
  await query(url, "SELECT 1");
  const refuse = (): Promise<never> =>
    Promise.reject(new Error(`The server of ${variable} is not ours to end.`));
  return {
    url,
    createDatabase: () => createDatabase(url),
    kill: refuse,
    restart: refuse,
    stop: () => Promise.resolve(),
  };
}

/**
 * Starts a server on a free port of the loopback interface, in a folder of its own.
 *
 * @throws Error with what the server said.
 */
export async function startServer(kind: ServerKind): Promise<MysqlServer> {
  const folder = mkdtempSync(join(tmpdir(), "lw-"));
  const port = await freePort();
  const url = `mysql://lakewright:lakewright@127.0.0.1:${port}/lakewright`;
  const power = await ownServer(folder, async (isFirst) => {
    if (isFirst) initialise(kind, folder);
    return start(kind, folder, port, url);
  });
  return {
    url,
    createDatabase: () => createDatabase(url),
    ...power,
  };
}

/** Starts one by hand and prints its URL, until Ctrl-C. */
export async function runServer(starting: Promise<MysqlServer>): Promise<void> {
  const server = await starting;
  console.log(server.url);
  untilInterrupted(server);
}

function initialise({ name, program, initialise }: ServerKind, folder: string): void {
  for (const part of ["data", "tmp"]) mkdirSync(join(folder, part));
  writeFileSync(join(folder, "users.sql"), USERS);
  const options = [...placed(folder), ...initialise.options];
  const done = spawnSync(program.command, [...program.args, ...options], {
    input: initialise.input ?? "",
    encoding: "utf8",
  });
  if (done.status === 0) return;
  const why = done.error?.message ?? `${done.stderr.slice(-2000)}${logOf(folder)}`;
  throw new Error(`${name} could not make its data folder: ${why}`);
}

async function start(
  { name, program, options }: ServerKind,
  folder: string,
  port: number,
  url: string,
): Promise<ChildProcess> {
  const output = openSync(join(folder, "log"), "a");
  const settings = Object.entries({ ...SETTINGS, port: String(port) });
  const args = [
    ...program.args,
    ...placed(folder),
    `--socket=${join(folder, "s")}`,
    `--init-file=${join(folder, "users.sql")}`,
    ...settings.map(([key, value]) => `--${key}=${value}`),
    ...options,
  ];
  const server = spawn(program.command, args, { stdio: ["ignore", output, output] });
  closeSync(output);
  let ended: string | undefined;
  server.once("error", (error) => (ended = `cannot be run: ${error.message}`));
  server.once("exit", () => (ended ??= "ended while it started"));
  const deadline = Date.now() + READY_MS;
  const answers = (): Promise<boolean> =>
    query(url, "SELECT 1").then(
      () => true,
      () => false,
    );
  while (!(await answers())) {
    if (Date.now() > deadline) ended ??= `was not ready in ${READY_MS} ms`;
    if (ended !== undefined) {
      server.kill("SIGKILL");
      throw new Error(`${name} ${ended}: ${logOf(folder)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return server;
}

/** What a server is told first, whatever it is to do. */
function placed(folder: string): string[] {
  const isRoot = process.getuid?.() === 0;
  return [
    "--no-defaults",
    `--datadir=${join(folder, "data")}`,
    `--pid-file=${join(folder, "pid")}`,
    // One that starts deletes the temporary tables it finds, also those of others.
    `--tmpdir=${join(folder, "tmp")}`,
    // A server refuses to run as root unless it is told to.
    ...(isRoot ? ["--user=root"] : []),
  ];
}

function logOf(folder: string): string {
  try {
    return readFileSync(join(folder, "log"), "utf8").slice(-4000);
  } catch {
    return "";
  }
}

let databases = 0;

async function createDatabase(url: string): Promise<string> {
  const name = `lakewright_${process.pid}_${++databases}`;
  await query(url, `CREATE DATABASE ${name}`);
  const database = new URL(url);
  database.pathname = `/${name}`;
  return database.href;
}

async function query(url: string, text: string): Promise<void> {
  const connection: Connection = await createConnection({ uri: url, connectTimeout: 5000 });
  try {
    await connection.query(text);
  } finally {
    connection.destroy();
  }
}
