import { Client } from "pg";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SqlEngine } from "../../src/index.ts";
import { postgres } from "../../src/postgres.ts";
import { serverForTests } from "./server.ts";

const server = await serverForTests();
const MANY = "SELECT n, repeat('x', 20) AS t FROM generate_series(1, 10000000) AS n";

interface Activity {
  readonly pid: number;
  readonly state: string;
  readonly wait_event: string | null;
  readonly backend_type: string;
}

describe.skipIf(server === undefined)("results streamed from Postgres", () => {
  let url: string;
  let watcher: Client;
  let engine: SqlEngine;
  beforeAll(async () => {
    url = await server!.createDatabase();
    watcher = new Client({ connectionString: url });
    await watcher.connect();
    // A plan on several cores for a table of some pages, and a condition that takes long enough to be seen.
    await watcher.query(`CREATE TABLE facts (a int, t text);
INSERT INTO facts SELECT n, repeat('x', 1000) FROM generate_series(1, 400) AS n;
CREATE FUNCTION slowly(a int) RETURNS boolean LANGUAGE plpgsql PARALLEL SAFE AS
  'BEGIN PERFORM pg_sleep(0.005); RETURN true; END'`);
    const { rows } = await watcher.query<{ name: string }>("SELECT current_database() AS name");
    for (const setting of [
      "parallel_setup_cost = 0",
      "parallel_tuple_cost = 0",
      "min_parallel_table_scan_size = 0",
      "max_parallel_workers_per_gather = 2",
    ]) {
      await watcher.query(`ALTER DATABASE "${rows[0]!.name}" SET ${setting}`);
    }
    engine = postgres({ connectionString: url, maxConnections: 1 });
  });
  afterAll(async () => {
    await engine.close();
    await watcher.end();
  });

  const activity = async (): Promise<Activity[]> => {
    const { rows } = await watcher.query<Activity>(
      `SELECT pid, state, wait_event, backend_type FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    return rows;
  };
  const session = async (): Promise<Activity | undefined> =>
    (await activity()).find(({ backend_type }) => backend_type === "client backend");

  it("is made on several cores, in a transaction too where all of it is taken at once", async () => {
    const query = "SELECT count(*) AS n FROM facts WHERE slowly(a)";
    const helped = async (): Promise<boolean> =>
      (await activity()).some(({ backend_type }) => backend_type === "parallel worker");
    const outside = engine.query(query).row();
    await expect.poll(helped).toBe(true);
    expect(await outside).toEqual({ n: 400n });
    const inside = engine.transaction((session) => session.query(query).row());
    await expect.poll(helped).toBe(true);
    expect(await inside).toEqual({ n: 400n });
  });

  it("waits at the server while its reader is slow, and ends there when the reader leaves", async () => {
    const before = (await session())!.pid;
    const memory = process.memoryUsage().rss;
    let rows = 0;
    for await (const batch of engine.query(MANY, { batchRows: 20_000 })) {
      rows += batch.numRows;
      await expect.poll(async () => (await session())?.wait_event).toBe("ClientWrite");
      await setTimeout(30);
      if (rows > 500_000) break;
    }
    expect(process.memoryUsage().rss - memory).toBeLessThan(300 * 1024 * 1024);
    expect(await session()).toMatchObject({ pid: before, state: "idle" });
    expect(await engine.query("SELECT 1 AS a").row()).toEqual({ a: 1 });
  });

  it("is cancelled while its reader is at something else, by an abort and by a time that is over", async () => {
    const { pid } = (await session())!;
    const controller = new AbortController();
    const reason = new Error("enough");
    const late = { code: "SQL_TIMEOUT" };
    for (const [options, expected] of [
      [{ signal: controller.signal }, reason],
      [{ timeoutMs: 2000 }, expect.objectContaining(late) as Error],
    ] as const) {
      const iterator = engine.query(MANY, options)[Symbol.asyncIterator]();
      await iterator.next();
      expect(await session()).toMatchObject({ state: "active" });
      void setTimeout(100).then(() => controller.abort(reason));
      // Nobody has asked for more by then.
      await expect.poll(async () => (await session())?.state, { timeout: 5000 }).toBe("idle");
      await expect(iterator.next()).rejects.toEqual(expected);
      expect(await engine.query("SELECT pg_backend_pid() AS pid").row()).toEqual({ pid });
    }
  });

  it("is whole or fails, whenever an abort or the end of its time comes", async () => {
    await engine.query("SELECT 1 AS a").row();
    const told = { whole: 0, late: 0, aborted: 0 };
    const reason = new Error("enough");
    for (let k = 0; k < 400; k++) {
      const rows = [500, 9000, 40_000][k % 3]!;
      const query = `SELECT n FROM generate_series(1, ${rows}) AS n`;
      const controller = new AbortController();
      const ms = [3, 14, 40][k % 3]! * (Math.random() || 1);
      const timer = globalThis.setTimeout(() => controller.abort(reason), k % 2 === 0 ? ms : 5000);
      const limit = {
        signal: controller.signal,
        ...(k % 2 === 0 ? {} : { timeoutMs: Math.ceil(ms) }),
      };
      const read =
        k % 4 < 2
          ? engine.query(query, limit).rows()
          : engine.transaction((session) => session.query(query).rows(), limit);
      const result = await read.catch((error: unknown) => error as Error & { code?: string });
      clearTimeout(timer);
      if (Array.isArray(result)) {
        expect(result).toHaveLength(rows);
        told.whole++;
      } else if (result === reason) told.aborted++;
      else {
        expect(result).toMatchObject({ code: "SQL_TIMEOUT" });
        told.late++;
      }
    }
    expect(Math.min(...Object.values(told)), JSON.stringify(told)).toBeGreaterThan(0);
    expect(await engine.query("SELECT 1 AS a").row()).toEqual({ a: 1 });
  });

  it("tells its reader of an error in the middle, and of one at the very end", async () => {
    let rows = 0;
    const read = async (): Promise<void> => {
      const query = "SELECT 1 / (150000 - n) AS v FROM generate_series(1, 1000000) AS n";
      for await (const batch of engine.query(query, { batchRows: 1000 })) rows += batch.numRows;
    };
    await expect(read()).rejects.toMatchObject({ details: { sqlState: "22012" } });
    expect(rows).toBeGreaterThan(100_000);
    expect(rows).toBeLessThan(150_000);
    await engine.execute(`CREATE TABLE parents (k int PRIMARY KEY);
CREATE TABLE children (k int REFERENCES parents DEFERRABLE INITIALLY DEFERRED)`);
    const orphan = engine.query("INSERT INTO children VALUES (1) RETURNING k").rows();
    await expect(orphan).rejects.toMatchObject({ code: "SQL_CONSTRAINT" });
    await expect(engine.query("COPY facts FROM STDIN").rows()).rejects.toThrow("load()");
    expect(await engine.query("SELECT count(*) AS n FROM children").row()).toEqual({ n: 0n });
  });

  it("is whole, in order, and of one schema, however it is cut", async () => {
    for (const [rows, batchRows] of [
      [0, 10],
      [1, 1],
      [16_384, 65_536],
      [16_385, 16_384],
      [100_001, 7000],
    ] as const) {
      let next = 1;
      const query = `SELECT n FROM generate_series(1, ${rows}) AS n`;
      let batches = 0;
      for await (const batch of engine.query(query, { batchRows })) {
        batches++;
        expect(batch.numRows).toBeLessThanOrEqual(batchRows);
        expect(batch.schema.fields.map(({ name }) => name)).toEqual(["n"]);
        for (const value of batch.getChildAt(0)!) if (value !== next++) throw new Error(`${value}`);
      }
      expect(next).toBe(rows + 1);
      expect(batches).toBe(Math.max(1, Math.ceil(rows / batchRows)));
    }
  });

  it("waits its turn in a transaction, beside results that are read piece by piece", async () => {
    const sums = await engine.transaction(async (session) => {
      const told: unknown[] = [];
      const pieces = session.query("SELECT generate_series(1, 50000) AS n", { batchRows: 20_000 });
      for await (const batch of pieces) {
        const [a, b] = await Promise.all([
          session.query("SELECT sum(n) AS s FROM generate_series(1, 40000) AS n").row(),
          session.query("SELECT n FROM generate_series(1, 40000) AS n").rows(),
          session.execute("INSERT INTO facts VALUES (0)"),
        ]);
        told.push([batch.numRows, a["s"], b.length]);
      }
      return told;
    });
    expect(sums).toEqual([20_000, 20_000, 10_000].map((n) => [n, 800_020_000n, 40_000]));
  });
});
