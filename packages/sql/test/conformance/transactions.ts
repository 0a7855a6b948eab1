import { defineTable, int32, utf8 } from "@lakewright/core";
import { describe, expect, it } from "vitest";
import { createTable, id, sql, SqlError, type SqlSession } from "../../src/index.ts";
import { type EngineUnderTest, freshName, sharedEngine } from "./engines.ts";

const numbers = defineTable("numbers", { a: int32() });

export function transactionCases(under: EngineUnderTest): void {
  describe("transactions", () => {
    const engine = sharedEngine(under);
    const made = async (): Promise<string> => {
      const name = freshName();
      const options = { primaryKey: ["a"] };
      await engine().execute(createTable(engine().dialect, name, numbers, options));
      return name;
    };
    const countOf = async (name: string, session: SqlSession = engine()): Promise<unknown> =>
      (await session.query(sql`SELECT count(*) AS n FROM ${id(name)}`).row())["n"];
    const insert = (name: string, value: number) => sql`INSERT INTO ${id(name)} VALUES (${value})`;

    it("commits what the function did, and gives what it returned", async () => {
      const name = await made();
      const result = await engine().transaction(async (session) => {
        await session.execute(insert(name, 1));
        await session.load(name, numbers, [{ a: 2 }, { a: 3 }]);
        expect(await countOf(name, session)).toBe(3n);
        if (session.capabilities.readersDuringWrite) expect(await countOf(name)).toBe(0n);
        else await expect(countOf(name)).rejects.toMatchObject({ code: "SQL_UNSUPPORTED" });
        return "done";
      });
      expect(result).toBe("done");
      expect(await countOf(name)).toBe(3n);
    });

    it("rolls back where the function throws, with its error", async () => {
      const name = await made();
      const reason = new Error("no");
      const work = engine().transaction(async (session) => {
        await session.execute(insert(name, 1));
        const create = session.execute(`CREATE TABLE ${name}_more (a INTEGER)`);
        if (session.capabilities.transactionalDdl) await create;
        else await expect(create).rejects.toMatchObject({ code: "SQL_UNSUPPORTED" });
        throw reason;
      });
      await expect(work).rejects.toBe(reason);
      expect(await countOf(name)).toBe(0n);
      await expect(countOf(`${name}_more`)).rejects.toBeInstanceOf(SqlError);
    });

    it("does not commit where the error of a statement or a load was swallowed", async () => {
      const name = await made();
      await engine().execute(insert(name, 1));
      for (const fail of [
        (session: SqlSession) => session.execute(insert(name, 1)),
        (session: SqlSession) => session.execute("INSERT INTO no_such_table VALUES (1)"),
        (session: SqlSession) => session.query("SELEKT 1").rows(),
        (session: SqlSession) => session.load(name, numbers, [{ a: 5 }, { a: 1 }]),
        (session: SqlSession) => session.load(name, numbers, [{ a: 6 }, { a: "x" as never }]),
      ]) {
        const work = engine().transaction(async (session) => {
          await session.execute(insert(name, 2));
          await fail(session).catch(() => {});
        });
        await expect(work).rejects.toMatchObject({ code: "SQL_QUERY_FAILED" });
        expect(await countOf(name)).toBe(1n);
      }
    });

    it("reads a result while other statements run in the same transaction", async () => {
      const name = await made();
      await engine().transaction(async (session) => {
        let read = 0;
        for await (const batch of session.query(under.series(20_000), { batchRows: 1000 })) {
          read += batch.numRows;
          await session.execute(insert(name, read));
        }
        expect(read).toBe(20_000);
        for await (const _ of session.query(under.series(20_000), { batchRows: 10 })) break;
      });
      expect(Number(await countOf(name))).toBeGreaterThanOrEqual(10);
    });

    it("loads several tables at once in one transaction", async () => {
      const texts = defineTable("texts", { b: utf8(), c: utf8() });
      const [first, second] = [await made(), freshName()];
      await engine().execute(createTable(engine().dialect, second, texts));
      await engine().transaction((session) =>
        Promise.all([
          session.load(first, numbers, [{ a: 1 }, { a: 2 }]),
          session.load(second, texts, [{ b: "x", c: "y" }]),
          session.load(first, numbers, [{ a: 3 }]),
        ]),
      );
      expect(await countOf(first)).toBe(3n);
      expect(
        await engine()
          .query(sql`SELECT * FROM ${id(second)}`)
          .rows(),
      ).toEqual([{ b: "x", c: "y" }]);
    });

    it("lets no statement end the transaction it is in", async () => {
      const name = await made();
      const work = engine().transaction(async (session) => {
        await session.execute("ROLLBACK").catch(() => {});
        await session.load(name, numbers, [{ a: 2 }]).catch(() => {});
        await session.execute(insert(name, 1)).catch(() => {});
      });
      await expect(work).rejects.toMatchObject({ name: "SqlError" });
      expect(await countOf(name)).toBe(0n);
    });

    it("leaves no transaction open that a statement has begun by itself", async () => {
      const name = await made();
      const begun = [
        () => engine().execute("BEGIN"),
        () => engine().query("BEGIN").rows(),
        () => engine().execute(`BEGIN; INSERT INTO ${name} VALUES (1)`),
      ];
      for (const begin of begun) {
        await expect(begin()).rejects.toMatchObject({
          code: "SQL_UNSUPPORTED",
          message: "The statement left a transaction open; it was rolled back.",
        });
      }
      const failing = engine().execute(
        `BEGIN; INSERT INTO ${name} VALUES (1); SELECT none; COMMIT`,
      );
      await expect(failing).rejects.toMatchObject({ code: "SQL_QUERY_FAILED" });
      await engine().execute(insert(name, 7));
      expect(await countOf(name)).toBe(1n);
      await engine().execute(`BEGIN; INSERT INTO ${name} VALUES (8); COMMIT`);
      expect(await countOf(name)).toBe(2n);
    });

    it("loads what the same transaction reads", async () => {
      const [from, to] = [await made(), await made()];
      const rows = Array.from({ length: 3000 }, (_, a) => ({ a }));
      await engine().transaction(async (session) => {
        await session.load(from, numbers, rows);
        const read = session.query(sql`SELECT a FROM ${id(from)}`, { batchRows: 500 });
        expect(await session.load(to, numbers, read)).toEqual({ rows: 3000 });
      });
      expect(await countOf(to)).toBe(3000n);
      const more = engine().query(sql`SELECT a + 3000 AS a FROM ${id(from)}`);
      expect(await engine().load(to, numbers, more)).toEqual({ rows: 3000 });
    });

    it("refuses the engine's own writes inside a transaction, which would wait for it", async () => {
      const name = await made();
      await engine().transaction(async () => {
        for (const work of [
          () => engine().execute(insert(name, 1)),
          () => engine().load(name, numbers, []),
          () => engine().transaction(() => Promise.resolve()),
        ]) {
          await expect(work()).rejects.toMatchObject({ code: "SQL_UNSUPPORTED" });
        }
      });
    });

    it("ends its session with it", async () => {
      let kept: SqlSession | undefined;
      await engine().transaction((session) => {
        kept = session;
        return Promise.resolve();
      });
      await expect(kept!.execute("SELECT 1")).rejects.toMatchObject({ code: "SQL_CLOSED" });
      await expect(kept!.query("SELECT 1").rows()).rejects.toMatchObject({ code: "SQL_CLOSED" });
    });

    it("rolls back on abort", async () => {
      const name = await made();
      const controller = new AbortController();
      const reason = new Error("enough");
      const work = engine().transaction(
        async (session) => {
          await session.execute(insert(name, 1));
          controller.abort(reason);
        },
        { signal: controller.signal },
      );
      await expect(work).rejects.toBe(reason);
      expect(await countOf(name)).toBe(0n);
    });
  });
}
