import { defineTable, int32, toBatch } from "@lakewright/core";
import { Client, Pool } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { id, sql, type SqlEngine } from "../../src/index.ts";
import { postgres } from "../../src/postgres.ts";
import { serverForTests } from "./server.ts";

const server = await serverForTests();
const numbers = defineTable("numbers", { a: int32() });

describe.skipIf(server === undefined)("connections to Postgres", () => {
  let url: string;
  let watcher: Client;
  beforeAll(async () => {
    url = await server!.createDatabase();
    watcher = new Client({ connectionString: url });
    await watcher.connect();
    await watcher.query("CREATE TABLE numbers (a int)");
  });
  afterAll(() => watcher.end());

  /** What the other sessions of the database do. */
  const sessions = async (): Promise<{ pid: number; state: string; query: string }[]> => {
    const { rows } = await watcher.query<{ pid: number; state: string; query: string }>(
      `SELECT pid, state, query FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
    );
    return rows;
  };
  const firstBatch = async (engine: SqlEngine): Promise<void> => {
    for await (const _ of engine.query("SELECT generate_series(1, 1000000) AS n")) break;
  };

  it("gives a connection back when a loop is left, when a query fails, and when a load fails", async () => {
    await using engine = postgres({ connectionString: url, maxConnections: 1 });
    for (let round = 0; round < 5; round++) {
      await firstBatch(engine);
      await expect(engine.query("SELECT 1 / 0").rows()).rejects.toThrow("division by zero");
      const late = engine
        .query("SELECT 1 / (3000 - n) AS v FROM generate_series(1, 5000) n")
        .rows();
      await expect(late).rejects.toThrow("division by zero");
      await expect(engine.load("nowhere", numbers, [])).rejects.toThrow("nowhere");
      await expect(engine.load("numbers", numbers, [{ a: "x" as never }])).rejects.toThrow("Row 0");
    }
    const idle = await sessions();
    expect(idle.map((session) => session.state)).toEqual(["idle"]);
  });

  it("lets the server keep what is not read: memory stays flat while a loop is slow", async () => {
    await using engine = postgres(url);
    let rows = 0;
    const query = "SELECT n, repeat('x', 1000) AS t FROM generate_series(1, 200000) AS n";
    const before = process.memoryUsage().rss;
    for await (const batch of engine.query(query, { batchRows: 1000 })) {
      rows += batch.numRows;
      if (rows >= 20_000) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        break;
      }
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
  });

  it("cancels on the server, not only here", async () => {
    await using engine = postgres(url);
    const controller = new AbortController();
    const reason = new Error("enough");
    const slow = engine.execute("SELECT pg_sleep(60) /* slow */", { signal: controller.signal });
    const running = async (): Promise<boolean> =>
      (await sessions()).some(
        (session) => session.state === "active" && session.query.includes("/* slow */"),
      );
    await expect.poll(running, { timeout: 5000 }).toBe(true);
    controller.abort(reason);
    await expect(slow).rejects.toBe(reason);
    expect(await running()).toBe(false);
  });

  it("says that a connection broke, and goes on with another", async () => {
    await using engine = postgres(url);
    const kill = async (): Promise<void> => {
      for (const { pid } of await sessions()) {
        await watcher.query("SELECT pg_terminate_backend($1)", [pid]);
      }
    };
    const slow = engine.query("SELECT pg_sleep(60) /* doomed */").rows();
    const failed = expect(slow).rejects.toMatchObject({ code: "SQL_CONNECTION" });
    await expect
      .poll(async () =>
        (await sessions()).some((s) => s.state === "active" && s.query.includes("/* doomed */")),
      )
      .toBe(true);
    await kill();
    await failed;
    const work = engine.transaction(async (session) => {
      await session.execute("INSERT INTO numbers VALUES (1)");
      await kill();
      await session.execute("INSERT INTO numbers VALUES (2)");
    });
    await expect(work).rejects.toMatchObject({ code: "SQL_CONNECTION" });
    async function* killing() {
      for (let k = 0; k < 100; k++) {
        if (k === 2) await kill();
        yield toBatch(
          numbers,
          Array.from({ length: 50_000 }, (_, a) => ({ a })),
        );
      }
    }
    const load = engine.load("numbers", numbers, killing());
    await expect(load).rejects.toMatchObject({ code: "SQL_CONNECTION" });
    expect(await engine.query("SELECT count(*) AS n FROM numbers").row()).toEqual({ n: 0n });
  });

  it("ends what is being read when it is closed, and waits for what is being written", async () => {
    const engine = postgres(url);
    const reading = engine.query("SELECT generate_series(1, 1000000) AS n", { batchRows: 10 });
    const iterator = reading[Symbol.asyncIterator]();
    await iterator.next();
    const writing = engine.transaction(async (session) => {
      await session.execute("SELECT pg_sleep(0.3)");
      return session.execute("DELETE FROM numbers");
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await engine.close();
    expect(await writing).toBe(0);
    const rest = (async () => {
      for (;;) if ((await iterator.next()).done) return;
    })();
    await expect(rest).rejects.toMatchObject({ code: "SQL_CLOSED" });
    await expect.poll(async () => (await sessions()).length).toBe(0);
  });

  it("never reads a result on a connection that is somebody else's by then", async () => {
    await using engine = postgres({ connectionString: url, maxConnections: 1 });
    const kept = await engine.transaction(async (session) => {
      const query = session.query("SELECT generate_series(1, 100000) AS n", { batchRows: 10 });
      const iterator = query[Symbol.asyncIterator]();
      await iterator.next();
      return { next: () => iterator.next() };
    });
    const drain = async (): Promise<void> => {
      while (!(await kept.next()).done);
    };
    await expect(drain()).rejects.toMatchObject({ code: "SQL_CLOSED" });
    expect(await engine.query("SELECT 1 AS a").row()).toEqual({ a: 1 });
  });

  it("rolls back where a result fails while it is read", async () => {
    await using engine = postgres(url);
    const work = engine.transaction(async (session) => {
      await session.execute("INSERT INTO numbers VALUES (1)");
      const late = session.query("SELECT 1 / (3000 - n) AS v FROM generate_series(1, 5000) n");
      await late.rows().catch(() => {});
    });
    await expect(work).rejects.toMatchObject({ code: "SQL_QUERY_FAILED" });
    expect(await engine.query("SELECT count(*) AS n FROM numbers").row()).toEqual({ n: 0n });
  });

  it("goes on in a transaction after a value it could not read, however long the result", async () => {
    await using engine = postgres(url);
    const read = await engine.transaction(async (session) => {
      const told: unknown[] = [];
      for (const rows of [10, 1_000_000]) {
        const query = `SELECT CASE n WHEN 5 THEN 'NaN'::numeric ELSE n END AS v
FROM generate_series(1, ${rows}) AS n`;
        const unread = session.query(query).rows();
        await expect(unread).rejects.toMatchObject({ code: "SQL_UNSUPPORTED" });
        told.push((await session.query("SELECT 1 AS a").row())["a"]);
      }
      return told;
    });
    expect(read).toEqual([1, 1]);
  });

  it("uses a pool of the caller's, and leaves it open", async () => {
    const pool = new Pool({ connectionString: url, max: 2 });
    const engine = postgres(pool);
    await engine.load("numbers", numbers, [{ a: 7 }]);
    const row = await engine.query("SELECT timestamptz '2026-01-01 00:00+02' AS t").row();
    expect(row).toEqual({ t: 1_767_218_400_000_000n });
    await engine.execute("DELETE FROM numbers");
    await engine.close();
    expect((await pool.query<{ a: number }>("SELECT 1 AS a")).rows).toEqual([{ a: 1 }]);
    await pool.end();
  });

  it("says why it cannot connect", async () => {
    const wrong = new URL(url);
    wrong.password = "wrong";
    for (const source of [
      wrong.href,
      url.replace(/\/[^/]*$/, "/no_such_database"),
      { host: "127.0.0.1", port: 1, connectTimeoutMs: 2000 },
    ]) {
      await using engine = postgres(source);
      await expect(engine.query("SELECT 1").rows()).rejects.toMatchObject({
        code: "SQL_CONNECTION",
      });
    }
    expect(() => postgres({ hots: "x" } as never)).toThrow('no option "hots"');
    expect(() => postgres("")).toThrow("needs a connection string");
  });

  it("calls a deadlock a conflict that may be tried again", async () => {
    await using engine = postgres(url);
    await engine.execute(
      "CREATE TABLE locks (k int PRIMARY KEY, n int); INSERT INTO locks VALUES (1, 0), (2, 0)",
    );
    let both = 0;
    const run = (first: number, second: number) =>
      engine.transaction(async (session) => {
        const add = (k: number) =>
          session.execute(sql`UPDATE ${id("locks")} SET n = n + 1 WHERE k = ${k}`);
        await add(first);
        both++;
        while (both < 2) await new Promise((resolve) => setTimeout(resolve, 5));
        await add(second);
      });
    const results = await Promise.allSettled([run(1, 2), run(2, 1)]);
    const lost = results.filter((result) => result.status === "rejected");
    expect(lost.map((result) => result.reason as unknown)).toMatchObject([
      { code: "SQL_CONFLICT", retryable: true, details: { sqlState: "40P01" } },
    ]);
  });
});
