import { defineTable, int32, toBatch } from "@lakewright/core";
import { type Connection, createConnection, createPool, type RowDataPacket } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { id, sql, type SqlEngine, SqlError } from "../../src/index.ts";
import { mysql } from "../../src/mysql.ts";
import { serverForTests } from "./server.ts";

const numbers = defineTable("numbers", { a: int32() });
const many = (rows: number) =>
  toBatch(
    numbers,
    Array.from({ length: rows }, (_, a) => ({ a })),
  );
/** A million rows, made as they are read. */
const DIGITS = Array.from({ length: 10 }, (_, n) => `SELECT ${n} AS d`).join(" UNION ALL ");
const MILLION = `SELECT a.d + b.d * 10 + c.d * 100 + d.d * 1000 + e.d * 10000 + f.d * 100000 AS n
FROM ${["a", "b", "c", "d", "e", "f"].map((name) => `(${DIGITS}) AS ${name}`).join(", ")}`;

for (const name of ["MySQL", "MariaDB"] as const) {
  const server = await serverForTests(name);

  describe.skipIf(server === undefined)(`connections to ${name}`, { timeout: 120_000 }, () => {
    let url: string;
    let watcher: Connection;
    beforeAll(async () => {
      url = await server!.createDatabase();
      watcher = await createConnection({ uri: url });
      await watcher.query("CREATE TABLE numbers (a int)");
    });
    afterAll(() => watcher.end());

    /** What the other sessions of the database do. */
    const sessions = async (): Promise<{ id: number; info: string | null }[]> => {
      const [rows] = await watcher.query<RowDataPacket[]>(
        `SELECT ID AS id, INFO AS info FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID()`,
      );
      return rows as unknown as { id: number; info: string | null }[];
    };
    const isRunning = async (mark: string): Promise<boolean> =>
      (await sessions()).some(({ info }) => info?.includes(mark));
    const kill = async (): Promise<void> => {
      for (const { id } of await sessions()) await watcher.query(`KILL ${id}`).catch(() => {});
    };
    const count = async (engine: SqlEngine, table = "numbers"): Promise<unknown> =>
      (await engine.query(`SELECT count(*) AS n FROM ${table}`).row())["n"];

    it("gives a connection back when a loop is left, when a query fails, and when a load fails", async () => {
      await using engine = mysql({ connectionString: url, maxConnections: 1 });
      for (let round = 0; round < 3; round++) {
        for await (const _ of engine.query(MILLION, { batchRows: 100 })) break;
        await expect(engine.query("SELECT EXP(1000)").rows()).rejects.toBeInstanceOf(SqlError);
        await expect(engine.load("nowhere", numbers, [])).rejects.toThrow("nowhere");
        await expect(engine.load("numbers", numbers, [{ a: "x" as never }])).rejects.toThrow(
          "Row 0",
        );
      }
      expect(await sessions()).toHaveLength(1);
    });

    it("lets the server keep what is not read: memory stays flat while a loop is slow", async () => {
      await using engine = mysql(url);
      const wide = `SELECT n, REPEAT('x', 1000) AS t FROM (${MILLION}) AS m`;
      for (const session of [false, true]) {
        const before = process.memoryUsage().rss;
        let rows = 0;
        const read = async (from: Pick<SqlEngine, "query">): Promise<void> => {
          for await (const batch of from.query(session ? `${wide} LIMIT 100000` : wide, {
            batchRows: 1000,
          })) {
            rows += batch.numRows;
            if (rows < 20_000) continue;
            await new Promise((resolve) => setTimeout(resolve, 200));
            break;
          }
        };
        await (session ? engine.transaction(read) : read(engine));
        expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
      }
    });

    it("cancels on the server, not only here", async () => {
      await using engine = mysql(url);
      const controller = new AbortController();
      const reason = new Error("enough");
      const slow = engine.query(
        `SELECT max(x.n + y.n) AS v /* slow */ FROM (${MILLION}) AS x, (${MILLION}) AS y`,
        {
          signal: controller.signal,
        },
      );
      const failed = expect(slow.rows()).rejects.toBe(reason);
      await expect.poll(() => isRunning("/* slow */"), { timeout: 20_000 }).toBe(true);
      controller.abort(reason);
      await failed;
      expect(await isRunning("/* slow */")).toBe(false);
    });

    it("checks foreign keys again after a transaction that let them be and failed", async () => {
      await using engine = mysql({ connectionString: url, maxConnections: 1 });
      const failing = engine.transaction(async (session) => {
        await session.execute(engine.dialect.foreignKeyChecks!(false));
        await session.execute("INSERT INTO nowhere VALUES (1)");
      });
      await expect(failing).rejects.toThrow("nowhere");
      const checks = "SELECT @@foreign_key_checks + @@unique_checks AS n";
      expect(Number((await engine.query(checks).row())["n"])).toBe(2);
    });

    it("throws the reason of an abort, whenever in a load it comes", async () => {
      await using engine = mysql({ connectionString: url, maxConnections: 1 });
      await watcher.query("CREATE TABLE aborted (a int)");
      const batch = many(20_000);
      const reason = new Error("enough");
      for (let ms = 0; ms < 60; ms += 2) {
        const controller = new AbortController();
        setTimeout(() => controller.abort(reason), ms);
        const { signal } = controller;
        const loaded = await engine
          .load("aborted", numbers, batch, { signal })
          .catch((error: unknown) => error);
        if (loaded instanceof Error) expect(loaded).toBe(reason);
      }
      expect(Number(await count(engine, "aborted")) % 20_000).toBe(0);
    });

    it("says that a connection broke, and goes on with another", async () => {
      await using engine = mysql(url);
      const slow = engine.execute("DO SLEEP(60) /* doomed */");
      const failed = expect(slow).rejects.toMatchObject({ code: "SQL_CONNECTION" });
      await expect.poll(() => isRunning("/* doomed */"), { timeout: 20_000 }).toBe(true);
      await kill();
      await failed;
      const work = engine.transaction(async (session) => {
        await session.execute("INSERT INTO numbers VALUES (1)");
        await kill();
        await session.execute("INSERT INTO numbers VALUES (2)");
      });
      await expect(work).rejects.toMatchObject({ code: "SQL_CONNECTION" });
      async function* killing() {
        for (let k = 0; k < 10; k++) {
          if (k === 2) await kill();
          yield many(70_000);
        }
      }
      const load = engine.load("numbers", numbers, killing());
      await expect(load).rejects.toMatchObject({ code: "SQL_CONNECTION" });
      expect(await count(engine)).toBe(0n);
    });

    it("keeps nothing of a source that throws after 40,000 rows, or is told to stop", async () => {
      await using engine = mysql(url);
      const reason = new Error("the source broke");
      async function* broken() {
        yield many(70_000);
        for (let a = 0; ; a++) {
          if (a === 40_000) throw reason;
          yield { a };
          if (a % 1000 === 0) await Promise.resolve();
        }
      }
      await expect(engine.load("numbers", numbers, broken())).rejects.toBe(reason);
      expect(await count(engine)).toBe(0n);
    });

    it("refuses what would commit a transaction, and keeps nothing of one that met a deadlock", async () => {
      await using engine = mysql(url);
      for (const statement of [
        "CREATE TABLE more (a INT)",
        "/* first */ TRUNCATE numbers",
        "INSERT INTO numbers VALUES (2); COMMIT",
        "SET autocommit = 0",
      ]) {
        const work = engine.transaction(async (session) => {
          await session.execute("INSERT INTO numbers VALUES (1)");
          await session.execute(statement);
        });
        await expect(work, statement).rejects.toMatchObject({ code: "SQL_UNSUPPORTED" });
      }
      await engine.transaction(async (session) => {
        await session.execute("CREATE TEMPORARY TABLE mine (a INT)");
        await session.execute("INSERT INTO mine VALUES (1) -- COMMIT; it is not\n");
        await session.execute("DROP TEMPORARY TABLE mine");
      });
      expect(await count(engine)).toBe(0n);
      await engine.execute(
        `CREATE TABLE locks (k int PRIMARY KEY, n int); INSERT INTO locks VALUES (1, 0), (2, 0)`,
      );
      let both = 0;
      const run = (first: number, second: number, swallows: boolean) =>
        engine.transaction(async (session) => {
          const add = (k: number) =>
            session.execute(sql`UPDATE ${id("locks")} SET n = n + 1 WHERE k = ${k}`);
          await add(first);
          both++;
          while (both < 2) await new Promise((resolve) => setTimeout(resolve, 5));
          // MySQL has ended the transaction by then: what follows would be committed on its own.
          await (swallows ? add(second).catch(() => 0) : add(second));
          await session.execute("INSERT INTO numbers VALUES (7)");
        });
      const results = await Promise.allSettled([run(1, 2, false), run(2, 1, false)]);
      const lost = results.filter((result) => result.status === "rejected");
      expect(lost.map((result) => result.reason as unknown)).toMatchObject([
        { code: "SQL_CONFLICT", retryable: true, details: { sqlState: "40001" } },
      ]);
      both = 0;
      await Promise.allSettled([run(1, 2, true), run(2, 1, true)]);
      expect(await count(engine)).toBe(2n);
      expect(await engine.query("SELECT sum(n) AS n FROM locks").row()).toMatchObject({});
      await engine.execute("DELETE FROM numbers");
    });

    it("says that the disk or the memory of the server is full", async () => {
      await using engine = mysql(url);
      for (const number of [1021, 1114, 1037]) {
        const full = engine.execute(`SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = ${number}`);
        await expect(full).rejects.toMatchObject({ code: "SQL_OUT_OF_RESOURCES" });
      }
    });

    it("says that a lock was not had in time", async () => {
      await using engine = mysql(url);
      await engine.execute(
        "CREATE TABLE rows_of (k int PRIMARY KEY); INSERT INTO rows_of VALUES (1)",
      );
      await watcher.query("START TRANSACTION");
      await watcher.query("SELECT * FROM rows_of FOR UPDATE");
      const work = engine.execute("SET SESSION innodb_lock_wait_timeout = 1; DELETE FROM rows_of");
      await expect(work).rejects.toMatchObject({ code: "SQL_TIMEOUT" });
      await watcher.query("ROLLBACK");
    });

    it("uses a pool of the caller's, gives it back as it was, and leaves it open", async () => {
      const pool = createPool({ uri: url, connectionLimit: 1, timezone: "+02:00" });
      const asked = `SELECT @@sql_mode AS mode, @@time_zone AS zone, @@collation_connection AS c, "text" AS t`;
      await pool.query("SET SESSION time_zone = '+02:00'");
      const [before] = await pool.query(asked);
      const engine = mysql(pool);
      await engine.load("numbers", numbers, [{ a: 7 }]);
      const row = await engine.query(`SELECT a AS "A", 'a' = 'A' AS same FROM numbers`).row();
      expect(row).toEqual({ A: 7, same: 0 });
      await expect(engine.query("SELEKT").rows()).rejects.toThrow("SELEKT");
      await engine.execute("DELETE FROM numbers");
      await engine.close();
      const [after] = await pool.query(asked);
      expect(after).toEqual(before);
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
        await using engine = mysql(source);
        await expect(engine.query("SELECT 1").rows()).rejects.toMatchObject({
          code: "SQL_CONNECTION",
        });
      }
      expect(() => mysql({ hots: "x" } as never)).toThrow('no option "hots"');
      expect(() => mysql("")).toThrow("needs a connection string");
    });

    it("ends what is being read when it is closed, and waits for what is being written", async () => {
      const engine = mysql(url);
      const iterator = engine.query(MILLION, { batchRows: 10 })[Symbol.asyncIterator]();
      await iterator.next();
      const writing = engine.transaction(async (session) => {
        await session.execute("DO SLEEP(0.3)");
        return session.execute("DELETE FROM numbers");
      });
      await new Promise((resolve) => setTimeout(resolve, 100));
      await engine.close();
      expect(await writing).toBe(0);
      const rest = (async () => {
        for (;;) if ((await iterator.next()).done) return;
      })();
      await expect(rest).rejects.toMatchObject({ code: "SQL_CLOSED" });
      await expect.poll(async () => (await sessions()).length, { timeout: 10_000 }).toBe(0);
    });

    it("keeps nothing of a load whose server was killed, and loads again when it is back", async () => {
      await using engine = mysql(url);
      // It writes its log once a second only: without this, rows that were deleted just now would be back.
      await engine.execute("FLUSH ENGINE LOGS");
      async function* doomed() {
        for (let k = 0; k < 5; k++) {
          if (k === 2) await server!.kill();
          yield many(70_000);
        }
      }
      const load = engine.load("numbers", numbers, doomed());
      await expect(load).rejects.toMatchObject({ code: "SQL_CONNECTION" });
      await expect(engine.query("SELECT 1").rows()).rejects.toMatchObject({
        code: "SQL_CONNECTION",
      });
      watcher.destroy();
      await server!.restart();
      watcher = await createConnection({ uri: url });
      expect(await count(engine)).toBe(0n);
      expect(await engine.load("numbers", numbers, many(10))).toEqual({ rows: 10 });
    });
  });
}
