import { defineTable, int32 } from "@lakewright/core";
import { describe, expect, it } from "vitest";
import { id, sql, SqlError, type SqlSession, type TransactionOptions } from "../../src/index.ts";
import { type EngineUnderTest, freshName, sharedEngine } from "./engines.ts";

const undefinedTable = defineTable("no_such_table", { a: int32() });

/** Timeouts, isolation, retries, savepoints. */
export function limitCases(under: EngineUnderTest): void {
  describe("limits of transactions", () => {
    const engine = sharedEngine(under);
    const made = async (): Promise<string> => {
      const name = freshName();
      await engine().execute(`CREATE TABLE ${name} (a INTEGER PRIMARY KEY)`);
      return name;
    };
    const valuesOf = async (name: string): Promise<unknown[]> =>
      (
        await engine()
          .query(sql`SELECT a FROM ${id(name)} ORDER BY a`)
          .rows()
      ).map((row) => row["a"]);
    const insert = (name: string, value: number) => sql`INSERT INTO ${id(name)} VALUES (${value})`;

    it("ends what takes longer than it may, and can be used on", async (context) => {
      if (!engine().capabilities.interruptsStatements)
        return context.skip("It cannot stop a statement that runs.");
      const options = { timeoutMs: 150 };
      const started = performance.now();
      const late = { code: "SQL_TIMEOUT", details: { sql: under.slow, timeoutMs: 150 } };
      await expect(engine().query(under.slow, options).rows()).rejects.toMatchObject(late);
      await expect(engine().execute(under.slow, options)).rejects.toMatchObject(late);
      const inside = engine().transaction((session) => session.query(under.slow, options).rows());
      await expect(inside).rejects.toMatchObject(late);
      const whole = engine().transaction((session) => session.execute(under.slow), options);
      await expect(whole).rejects.toMatchObject({ code: "SQL_TIMEOUT" });
      expect(performance.now() - started).toBeLessThan(5000);
      expect(await engine().query("SELECT 1 AS a", { timeoutMs: 5000 }).row()).toEqual({ a: 1 });
    });

    it("counts the time its reader takes, and keeps nothing of a transaction that is late", async () => {
      const read = async (): Promise<void> => {
        for await (const _ of engine().query(under.series(200_000), {
          timeoutMs: 80,
          batchRows: 1000,
        }))
          await new Promise((resolve) => setTimeout(resolve, 20));
      };
      await expect(read()).rejects.toMatchObject({ code: "SQL_TIMEOUT" });
      const name = await made();
      const work = engine().transaction(
        async (session) => {
          await session.execute(insert(name, 1));
          await new Promise((resolve) => setTimeout(resolve, 120));
          await session.execute(insert(name, 2));
        },
        { timeoutMs: 60 },
      );
      await expect(work).rejects.toMatchObject({ code: "SQL_TIMEOUT" });
      expect(await valuesOf(name)).toEqual([]);
    });

    it("refuses options that are none", async () => {
      for (const options of [
        { timeoutMs: 0 },
        { timeoutMs: 1.5 },
        { retries: -1 },
        { isolation: "chaos" },
        { readOnly: "yes" },
        { tries: 3 },
      ] as object[]) {
        const work = engine().transaction(() => Promise.resolve(), options as TransactionOptions);
        await expect(work).rejects.toMatchObject({ code: "CORE_INVALID_OPTION" });
      }
    });

    it("keeps a transaction from writing that is to read only", async () => {
      const name = await made();
      await engine().execute(insert(name, 1));
      const write = engine().transaction((session) => session.execute(insert(name, 2)), {
        readOnly: true,
      });
      await expect(write).rejects.toBeInstanceOf(SqlError);
      const read = engine().transaction(
        (session) => session.query(`SELECT count(*) AS n FROM ${name}`).row(),
        { readOnly: true },
      );
      expect(await read).toEqual({ n: 1n });
      await engine().execute(insert(name, 3));
      expect(await valuesOf(name)).toEqual([1, 3]);
    });

    it("shows a transaction one state of the data, where it asks for that", async (context) => {
      const { capabilities } = engine();
      if (!capabilities.concurrentWriters) return context.skip("It has one writer at a time.");
      const name = await made();
      const count = async (session: SqlSession): Promise<unknown> =>
        (await session.query(`SELECT count(*) AS n FROM ${name}`).row())["n"];
      for (const [isolation, seen] of [
        ["read committed", 1n],
        ["repeatable read", 0n],
      ] as const) {
        await engine().execute(`DELETE FROM ${name}`);
        let first = (): void => {};
        let go = (): void => {};
        const isRead = new Promise<void>((resolve) => (first = resolve));
        const isWritten = new Promise<void>((resolve) => (go = resolve));
        const work = engine().transaction(
          async (session) => {
            expect(await count(session)).toBe(0n);
            first();
            await isWritten;
            return count(session);
          },
          { isolation },
        );
        await isRead;
        await engine().execute(insert(name, 1));
        go();
        expect(await work, isolation).toBe(seen);
      }
    });

    it("runs a transaction again that met another, as often as it may", async () => {
      const conflict = (): SqlError => new SqlError("SQL_CONFLICT", "made up", { retryable: true });
      const name = await made();
      for (const [retries, failures, attempts] of [
        [3, 2, 3],
        [1, 5, 2],
        [0, 5, 1],
      ] as const) {
        let ran = 0;
        const work = engine().transaction(
          async (session) => {
            await session.execute(insert(name, 100 * retries + ran));
            // As a library on top may wrap it.
            if (ran++ < failures) throw new Error("not loaded", { cause: conflict() });
          },
          { retries },
        );
        await (failures < attempts ? work : expect(work).rejects.toThrow("not loaded"));
        expect(ran).toBe(attempts);
      }
      expect(await valuesOf(name)).toEqual([302]);
    });

    it(
      "counts up right from many sessions at once, by retries",
      { timeout: 30_000 },
      async (context) => {
        const { serializableTransactions, concurrentWriters } = engine().capabilities;
        if (!serializableTransactions || !concurrentWriters) {
          return context.skip("It has no serialisation failures to try again after.");
        }
        const name = freshName();
        await engine().execute(`CREATE TABLE ${name} (a INTEGER)`);
        await engine().execute(insert(name, 0));
        const step = (): Promise<unknown> =>
          engine().transaction(
            async (session) => {
              const row = await session.query(`SELECT a FROM ${name}`).row();
              await session.execute(sql`UPDATE ${id(name)} SET a = ${(row["a"] as number) + 1}`);
            },
            { isolation: "serializable", retries: 30 },
          );
        await Promise.all(Array.from({ length: 12 }, step));
        expect(await valuesOf(name)).toEqual([12]);
      },
    );

    it("rolls a savepoint back alone", async () => {
      const name = await made();
      const reason = new Error("no");
      const work = engine().transaction(async (session) => {
        await session.execute(insert(name, 1));
        let ran = false;
        const part = session.savepoint(async (inner) => {
          ran = true;
          await inner.execute(insert(name, 2));
          throw reason;
        });
        if (!session.capabilities.savepoints) {
          await expect(part).rejects.toMatchObject({ code: "SQL_UNSUPPORTED" });
          expect(ran).toBe(false);
          return;
        }
        await expect(part).rejects.toBe(reason);
        // A statement that fails, then a load that fails, then one whose error was swallowed.
        const failing: readonly ((inner: SqlSession) => Promise<unknown>)[] = [
          (inner: SqlSession) => inner.execute(insert(name, 1)),
          (inner: SqlSession) => inner.load("no_such_table", undefinedTable, []),
          (inner: SqlSession) => inner.execute(insert(name, 1)).catch(() => 0),
        ];
        for (const fail of failing) {
          await expect(session.savepoint(fail)).rejects.toBeInstanceOf(SqlError);
        }
        const result = await session.savepoint(async (inner) => {
          await inner.execute(insert(name, 3));
          await inner.savepoint((innermost) => innermost.execute(insert(name, 4)));
          const undone = inner.savepoint(async (innermost) => {
            await innermost.execute(insert(name, 5));
            throw reason;
          });
          await expect(undone).rejects.toBe(reason);
          return "done";
        });
        expect(result).toBe("done");
        let kept: SqlSession | undefined;
        await session.savepoint((inner) => Promise.resolve((kept = inner)));
        await expect(kept!.execute("SELECT 1")).rejects.toMatchObject({ code: "SQL_CLOSED" });
      });
      await work;
      const { savepoints } = engine().capabilities;
      expect(await valuesOf(name)).toEqual(savepoints ? [1, 3, 4] : [1]);
      const outside = engine().savepoint(() => Promise.resolve());
      await expect(outside).rejects.toMatchObject({ code: "SQL_UNSUPPORTED" });
    });
  });
}
