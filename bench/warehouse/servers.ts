import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SqlEngine } from "@lakewright/sql";
import { mysql } from "@lakewright/sql/mysql";
import { postgres } from "@lakewright/sql/postgres";
import { debianPackages, type Program, programOf } from "../../tools/services/debian.ts";
import { startMysql } from "../../tools/services/mysql.ts";
import { startPostgres } from "../../tools/services/postgres.ts";

/** A server with an empty database, an engine on it, and the CPU time it has taken. */
export interface BenchServer extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  readonly engine: SqlEngine;
  /** Milliseconds, of all its processes, since it was started. */
  cpuMs(): number;
  /** Ends the statements that other sessions are at: of a client that was killed, which the server need not notice. */
  endWork(): Promise<void>;
}

/** Memory as for work with millions of rows: the servers of the tests have less. Durability is off there and here. */
const POSTGRES = {
  shared_buffers: "2GB",
  effective_cache_size: "8GB",
  work_mem: "256MB",
  maintenance_work_mem: "512MB",
  max_wal_size: "4GB",
};
const MYSQL = { "innodb-buffer-pool-size": "2G", "innodb-redo-log-capacity": "2G" };

export async function postgresServer(): Promise<BenchServer> {
  const server = await startPostgres(POSTGRES);
  const url = await server.createDatabase();
  const engine = postgres(url);
  const { setting } = await engine
    .query("SELECT setting FROM pg_settings WHERE name = 'data_directory'")
    .row();
  const [pid] = readFileSync(join(String(setting), "postmaster.pid"), "utf8").split("\n");
  return {
    name: "Postgres",
    url,
    engine,
    cpuMs: () => treeCpuMs(Number(pid)),
    endWork: async () => {
      await engine
        .query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'active' AND backend_type = 'client backend' AND pid <> pg_backend_pid()",
        )
        .rows();
    },
    [Symbol.asyncDispose]: async () => {
      await engine.close();
      await server.stop();
    },
  };
}

export async function mysqlServer(): Promise<BenchServer> {
  const server = await startMysql(MYSQL);
  const url = await server.createDatabase();
  const engine = mysql(url);
  const { pid_file } = await engine.query("SELECT @@pid_file AS pid_file").row();
  const pid = Number(readFileSync(String(pid_file), "utf8"));
  return {
    name: "MySQL",
    url,
    engine,
    cpuMs: () => treeCpuMs(pid),
    endWork: async () => {
      const busy = await engine
        .query(
          "SELECT id FROM information_schema.processlist WHERE command = 'Query' AND id <> connection_id()",
        )
        .rows();
      for (const { id } of busy) await engine.execute(`KILL ${String(id)}`).catch(() => {});
    },
    [Symbol.asyncDispose]: async () => {
      await engine.close();
      await server.stop();
    },
  };
}

/** Postgres' own client. */
export function psql(): Program {
  const packages = { name: "postgresql-client", suite: "stable", packages: ["postgresql-client"] };
  const root = debianPackages(packages);
  const versions = join(root, "usr/lib/postgresql");
  const version = readdirSync(versions)[0]!;
  return programOf(root, join("usr/lib/postgresql", version, "bin/psql"));
}

/** MySQL's own client. */
export function mysqlClient(): Program {
  const packages = { name: "mysql-client-sid", suite: "sid", packages: ["mysql-client-core"] };
  return programOf(debianPackages(packages), "usr/bin/mysql", ["usr/lib/mysql/private"]);
}

/** Linux: CPU time of a process, of those it has ended, and of the children it has now. */
function treeCpuMs(pid: number): number {
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(name))
    .filter((stat) => stat?.parent === pid);
  const own = statOf(String(pid));
  const ended = own?.endedMs ?? 0;
  return [own, ...children].reduce((all, stat) => all + (stat?.cpuMs ?? 0), ended);
}

const TICK_MS = 10;

interface Stat {
  readonly parent: number;
  readonly cpuMs: number;
  /** Of children that have ended and were waited for. */
  readonly endedMs: number;
}

function statOf(pid: string): Stat | undefined {
  try {
    const text = readFileSync(join("/proc", pid, "stat"), "utf8");
    // The name of the program stands in brackets and may have blanks.
    const fields = text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    const [user, system, endedUser, endedSystem] = fields.slice(11, 15) as [
      number,
      number,
      number,
      number,
    ];
    return {
      parent: fields[1]!,
      cpuMs: (user + system) * TICK_MS,
      endedMs: (endedUser + endedSystem) * TICK_MS,
    };
  } catch {
    return undefined;
  }
}

/** CPU time of the programs this process has started and waited for, in milliseconds. */
export function childrenCpuMs(): number {
  return statOf("self")!.endedMs;
}

/** The most memory the process had above what it has now, in bytes, while the work runs. */
export async function memoryAbove(work: () => Promise<unknown>): Promise<number> {
  globalThis.gc?.();
  // Makes the kernel forget the peak there was.
  writeFileSync("/proc/self/clear_refs", "5");
  const before = statusBytes("VmRSS");
  await work();
  return statusBytes("VmHWM") - before;
}

function statusBytes(name: string): number {
  const text = readFileSync("/proc/self/status", "utf8");
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)![1]) * 1024;
}
