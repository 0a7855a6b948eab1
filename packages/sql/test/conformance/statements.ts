import {
  batchOf,
  Decimal,
  defineTable,
  int8,
  int32,
  list as listOf,
  toRows,
  utf8,
} from "@lakewright/core";
import { Field, type RecordBatch, Schema } from "apache-arrow";
import { describe, expect, it } from "vitest";
import { bind, createTable, id, type QueryResult, sql, SqlError } from "../../src/index.ts";
import { hasType } from "./arbitrary.ts";
import { type EngineUnderTest, freshName, sharedEngine } from "./engines.ts";

const listOfIntegers = listOf(int32());

export function statementCases(under: EngineUnderTest): void {
  describe("statements", () => {
    const engine = sharedEngine(under);
    const failure = (work: Promise<unknown>): Promise<SqlError> =>
      work.then(
        () => {
          throw new Error("it did not fail");
        },
        (error: unknown) => {
          expect(error).toBeInstanceOf(SqlError);
          return error as SqlError;
        },
      );

    it("binds values by what they are", async () => {
      const row = await engine()
        .query(
          sql`SELECT ${1} AS i, ${2n ** 40n} AS l, ${0.1} AS d, ${true} AS b, ${"it's"} AS t,
${new Decimal(-150n, 2)} AS m, ${new Date(1)} AS ts, ${Uint8Array.of(0, 255)} AS bytes`,
        )
        .row();
      expect(row).toMatchObject({ l: 2n ** 40n, d: 0.1, t: "it's", ts: 1000n });
      // MySQL makes 64 bits of any integer that it is given so.
      expect([Number(row["i"]), Number(row["b"])]).toEqual([1, 1]);
      if (under.truth === undefined) expect(row).toMatchObject({ i: 1, b: true });
      expect(row["m"]).toEqual(new Decimal(-150n, 2));
      expect(row["bytes"]).toEqual(Uint8Array.of(0, 255));
      const list = engine().query(sql`SELECT ${[3, 4]} AS list`);
      if (hasType(engine().dialect, listOfIntegers)) {
        expect(await list.row()).toEqual({ list: [3, 4] });
      } else expect((await failure(list.row())).code).toBe("SQL_UNSUPPORTED");
    });

    it("never takes a bound value for SQL", async () => {
      const evil = "'; DROP TABLE users; --";
      const name = 'users"; DROP TABLE x; --';
      await engine().execute(sql`CREATE TABLE ${id(name)} (v text)`);
      await engine().execute(sql`INSERT INTO ${id(name)} VALUES (${evil})`);
      const row = await engine()
        .query(sql`SELECT v FROM ${id(name)} WHERE v = ${evil}`)
        .row();
      expect(row).toEqual({ v: evil });
    });

    it("never ends a result early without saying so", async () => {
      const { dialect } = engine();
      const name = freshName();
      const rows = Array.from({ length: 40_000 }, (_, k) => ({ k, pad: "x".repeat(100) }));
      const table = defineTable(name, { k: int32(), pad: utf8() });
      await engine().execute(createTable(dialect, name, table));
      await engine().load(name, table, rows);
      const fails =
        dialect.name === "duckdb"
          ? sql`CAST(CASE WHEN k = 39000 THEN 'oops' ELSE '1' END AS INTEGER)`
          : sql`EXP(CASE WHEN k = 39000 THEN 1000 ELSE 1 END)`;
      const query = sql`SELECT pad, ${fails} AS v FROM ${id(name)}`;
      const alone = await failure(engine().query(query).batches());
      expect(alone.message).toMatch(/oops|out of range/);
      // The engine is as it was.
      expect(
        await engine()
          .query(sql`SELECT 1 AS one`)
          .rows(),
      ).toHaveLength(1);
      const made = freshName();
      const inside = engine().transaction(async (session) => {
        await session.execute(createTable(dialect, made, table));
        await session.load(made, table, rows.slice(0, 1));
        // A caller who takes an error for the end of the rows has not seen it.
        await session
          .query(query)
          .batches()
          .catch(() => {});
      });
      const ended = await inside.then(
        () => "committed",
        () => "refused",
      );
      const there = await engine()
        .query(sql`SELECT count(*) AS n FROM ${id(made)}`)
        .row()
        .then(
          ({ n }) => n,
          () => 0n,
        );
      expect([ended, there]).toEqual(there === 1n ? ["committed", 1n] : ["refused", 0n]);
      const left = engine().transaction(async (session) => {
        for await (const batch of session.query(query, { batchRows: 1000 })) {
          expect(batch.numRows).toBeGreaterThan(0);
          break;
        }
        return session.query(sql`SELECT 1 AS one`).rows();
      });
      expect(
        await left.then(
          ({ length }) => length,
          () => 1,
        ),
      ).toBe(1);
    });

    it("compares a bound text with a date, and a null with anything", async () => {
      const query = sql`SELECT count(*) AS n FROM (SELECT DATE '2026-01-01' AS d) AS t
WHERE d = ${"2026-01-01"} AND ${engine().dialect.isDistinct(sql`d`, sql`${null}`)}`;
      expect(await engine().query(query).row()).toEqual({ n: 1n });
    });

    it("gives rows the values of others by their primary key, and leaves the rest", async () => {
      const { dialect } = engine();
      const [table, others] = [freshName(), freshName()];
      await engine().execute(sql`CREATE TABLE ${id(table)} (
  k INTEGER PRIMARY KEY, code VARCHAR(9) UNIQUE, v INTEGER, kept INTEGER NOT NULL DEFAULT 7)`);
      await engine().execute(
        sql`INSERT INTO ${id(table)} VALUES (1, 'a', 10, 1), (2, 'b', 20, 2), (3, 'c', 30, 3)`,
      );
      await engine().execute(
        sql`CREATE TABLE ${id(others)} (k INTEGER, code VARCHAR(9), v INTEGER, applies INTEGER)`,
      );
      await engine().execute(
        sql`INSERT INTO ${id(others)} VALUES (1, 'a', 11, 1), (2, 'b', NULL, 1), (3, 'c', 31, 0)`,
      );
      const [target, from] = [id(table), sql`${id(others)} d`];
      const set = [["v", id("d", "v")]] as const;
      const where = sql`${id("d", "applies")} = 1`;
      const same = [
        ["k", id("d", "k")],
        ["code", id("d", "code")],
      ] as const;
      await engine().execute(
        dialect.overwrite?.({ target, same, set, from, where }) ??
          dialect.updateFrom({
            ...{ target, alias: "m", set, from },
            where: sql`${where} AND ${id("m", "k")} = ${id("d", "k")}`,
          }),
      );
      expect(
        await engine()
          .query(sql`SELECT * FROM ${target} ORDER BY k`)
          .rows(),
      ).toEqual([
        { k: 1, code: "a", v: 11, kept: 1 },
        { k: 2, code: "b", v: null, kept: 2 },
        { k: 3, code: "c", v: 30, kept: 3 },
      ]);
    });

    it("says where in the statement an error is", async () => {
      const unknown = "SELECT 'ü' AS a,\n  'é', missing FROM (SELECT 1 AS x) t";
      const broken = "SELECT 'ü' AS a,\n  'é' FROM FROM t";
      const isMysql = engine().dialect.name === "mysql";
      for (const run of [
        (statement: string) => engine().query(statement).rows(),
        (statement: string) => engine().execute(statement),
        (statement: string) => engine().transaction((it) => it.query(statement).rows()),
      ]) {
        const syntax = await failure(run(broken));
        expect(syntax.details["position"]).toEqual(isMysql ? { line: 2 } : { line: 2, column: 12 });
        expect(syntax.message).toMatch(isMysql ? /at line 2$/ : /\(line 2, column 12\)/);
        if (isMysql) continue;
        const missing = await failure(run(unknown));
        expect(missing.details["position"]).toEqual({ line: 2, column: 8 });
        expect(missing.message.split("\n")[0]).toMatch(/\(line 2, column 8\)$/);
      }
      // A value the statement cannot take is none of its places.
      const bound = await failure(engine().execute(sql`INSERT INTO nowhere VALUES (${1})`));
      expect(bound.details["sql"]).toContain("nowhere");
    });

    it("counts the rows a statement changes", async () => {
      const name = freshName();
      expect(await engine().execute(`CREATE TABLE ${name} (a INTEGER, b TEXT)`)).toBe(0);
      expect(await engine().execute(`INSERT INTO ${name} VALUES (1, 'x'), (2, 'y')`)).toBe(2);
      expect(await engine().execute(sql`UPDATE ${id(name)} SET b = ${"z"} WHERE a > ${1}`)).toBe(1);
      const two = `INSERT INTO ${name} VALUES (3, 'a'); DELETE FROM ${name} WHERE a < 3`;
      expect(await engine().execute(two)).toBe(3);
      expect(await engine().query(`SELECT * FROM ${name}`).rows()).toEqual([{ a: 3, b: "a" }]);
    });

    it("gives the schema of an empty result", async () => {
      const [batch, ...more] = await engine()
        .query("SELECT a, b FROM (SELECT 1 AS a, 'x' AS b) AS t WHERE 1 = 0")
        .batches();
      expect(more).toEqual([]);
      expect(batch!.numRows).toBe(0);
      expect(batch!.schema.fields.map((field) => [field.name, String(field.type)])).toEqual([
        ["a", "Int32"],
        ["b", "Utf8"],
      ]);
    });

    it("streams a long result in batches of the size asked for", async () => {
      const sizes: number[] = [];
      let sum = 0n;
      for await (const batch of engine().query(under.series(100_000), { batchRows: 30_000 })) {
        sizes.push(batch.numRows);
        for (const value of batch.getChild("n")!) sum += BigInt(value as number);
      }
      expect(Math.max(...sizes)).toBeLessThanOrEqual(30_000);
      expect(sizes.reduce((a, b) => a + b)).toBe(100_000);
      expect(sum).toBe(4_999_950_000n);
    });

    it("stops a query whose loop is left, and can be used on", async () => {
      for (let round = 0; round < 30; round++) {
        for await (const batch of engine().query(under.series(5_000_000), { batchRows: 100 })) {
          expect(batch.numRows).toBeGreaterThan(0);
          break;
        }
      }
      expect(await engine().query("SELECT 1 AS a").row()).toEqual({ a: 1 });
    });

    it("reads many results at a time", async () => {
      const sums = await Promise.all(
        Array.from({ length: 20 }, async (_, k) => {
          const rows = await engine()
            .query(under.series(1000 + k))
            .rows();
          return rows.length;
        }),
      );
      expect(sums).toEqual(Array.from({ length: 20 }, (_, k) => 1000 + k));
    });

    it("cancels a statement on abort, with the reason of the signal", async (context) => {
      if (!engine().capabilities.interruptsStatements)
        return context.skip("It cannot stop a statement that runs.");
      const controller = new AbortController();
      const reason = new Error("enough");
      const options = { signal: controller.signal };
      const query = engine().query(under.slow, options).rows();
      const statement = engine().execute(under.slow, options);
      setTimeout(() => controller.abort(reason), 150);
      const started = performance.now();
      await Promise.all([
        expect(query).rejects.toBe(reason),
        expect(statement).rejects.toBe(reason),
      ]);
      expect(performance.now() - started).toBeLessThan(2500);
      await expect(engine().query("SELECT 1", options).rows()).rejects.toBe(reason);
      expect(await engine().query("SELECT 1 AS a").row()).toEqual({ a: 1 });
    });

    it("stops between two batches on abort, with the reason of the signal", async () => {
      const controller = new AbortController();
      const reason = new Error("enough");
      const read = async (): Promise<void> => {
        const options = { signal: controller.signal, batchRows: 1000 };
        for await (const _ of engine().query(under.series(5_000_000), options)) {
          controller.abort(reason);
        }
      };
      await expect(read()).rejects.toBe(reason);
      const late = engine().query("SELECT 1", { signal: controller.signal }).rows();
      await expect(late).rejects.toBe(reason);
      expect(await engine().query("SELECT 1 AS a").row()).toEqual({ a: 1 });
    });

    it("throws what is wrong with a statement, and the statement", async () => {
      const text = "SELECT nowhere_to_be_found";
      for (const work of [() => engine().query(text).rows(), () => engine().execute(text)]) {
        const error = await failure(work());
        expect(error.code).toBe("SQL_QUERY_FAILED");
        expect(error.message).toContain("nowhere_to_be_found");
        expect(error.details["sql"]).toBe(text);
        expect(error.retryable).toBe(false);
      }
      const late = await failure(
        engine()
          .query(
            under.failsLate ??
              `SELECT CAST(CASE WHEN n = 4999 THEN 'x' ELSE '1' END AS INTEGER) AS n
FROM (${under.series(5000)}) AS s`,
          )
          .rows(),
      );
      expect(late.code).toBe("SQL_QUERY_FAILED");
    });

    it("says which constraint a row breaks", async () => {
      const name = freshName();
      await engine().execute(`CREATE TABLE ${name} (a INTEGER PRIMARY KEY)`);
      const insert = sql`INSERT INTO ${id(name)} VALUES (${1})`;
      await engine().execute(insert);
      expect((await failure(engine().execute(insert))).code).toBe("SQL_CONSTRAINT");
    });

    it("gives one row, or says that it is not one", async () => {
      const none = await failure(
        engine().query("SELECT a FROM (SELECT 1 AS a) AS t WHERE 1 = 0").row(),
      );
      expect(none.message).toContain("no row");
      const two = await failure(engine().query(under.series(2)).row());
      expect(two.message).toContain("2 rows");
    });

    it("gives a result whose batches are changed, which is read once too", async () => {
      const statement = sql`SELECT ${1} AS a`;
      const ask = (): QueryResult<{ b: unknown }> =>
        engine()
          .query(statement)
          .mapBatches((batch) => renamed(batch, "b"));
      const value = (await engine().query(statement).rows())[0]!["a"];
      expect(await ask().row()).toEqual({ b: value });
      expect(await ask().rows()).toEqual([{ b: value }]);
      expect((await ask().batches())[0]!.schema.names).toEqual(["b"]);
      for await (const batch of ask()) expect(toRows(batch)).toEqual([{ b: value }]);
      const none = await failure(
        engine()
          .query("SELECT a FROM (SELECT 1 AS a) AS t WHERE 1 = 0")
          .mapBatches((batch) => renamed(batch, "b"))
          .row(),
      );
      expect(none.message).toContain("no row");
      expect(none.details).toMatchObject({ sql: expect.stringContaining("1 = 0") as string });
      const result = engine().query(statement);
      await result.mapBatches((batch) => batch).rows();
      expect((await failure(result.rows())).code).toBe("SQL_UNSUPPORTED");
    });

    it("reads a result once", async () => {
      const result: QueryResult = engine().query("SELECT 1 AS a");
      await result.rows();
      expect((await failure(result.rows())).code).toBe("SQL_UNSUPPORTED");
    });

    it("has nothing to do for text without a statement", async () => {
      for (const text of ["", " ; ", "-- only a comment"]) {
        expect(await engine().execute(text)).toBe(0);
        expect(await engine().query(text).rows()).toEqual([]);
      }
    });

    it("refuses options that do not exist, and batches that would never be full", () => {
      for (const batchRows of [0, -1, 1.5, NaN]) {
        expect(() => engine().query("SELECT 1", { batchRows })).toThrow("batchRows");
      }
      expect(() => engine().query("SELECT 1", { rows: 1 } as object)).toThrow('no option "rows"');
    });

    it("says of a value that does not fit its type which parameter it is, with a hint", async () => {
      const wrong = sql`SELECT ${bind(300, int8().type)} AS a`;
      await expect(engine().query(wrong).rows()).rejects.toMatchObject({
        code: "CORE_INVALID_VALUE",
        hint: expect.stringContaining("int8") as string,
      });
    });

    it("refuses a result with two columns of one name, and takes names that differ by case", async () => {
      const error = await failure(engine().query(`SELECT 1 AS "a", 2 AS "a"`).rows());
      expect(error.message).toContain('two columns named "a"');
    });

    it("refuses text that is no Unicode, before it is sent", async () => {
      const error = await failure(
        engine()
          .query(sql`SELECT ${"\ud800"} AS a`)
          .rows(),
      );
      expect(error.code).toBe("SQL_UNSUPPORTED");
    });

    it("refuses an infinite date, which no batch can hold", async (context) => {
      if (!engine().capabilities.nonFiniteNumbers) return context.skip("It has none.");
      const infinite = `SELECT CAST('infinity' AS DATE) AS d`;
      const error = await failure(engine().query(infinite).rows());
      expect(error.code).toBe("SQL_UNSUPPORTED");
      expect(error.message).toContain('"d"');
    });

    it("is closed after close, which can be called twice", async () => {
      const closing = await under.open();
      await closing.query("SELECT 1").rows();
      await closing.close();
      await closing.close();
      expect((await failure(closing.query("SELECT 1").rows())).code).toBe("SQL_CLOSED");
      expect((await failure(closing.execute("SELECT 1"))).code).toBe("SQL_CLOSED");
      const unused = await under.open();
      await unused.close();
    });
  });
}

/** The batch of one column under another name. */
function renamed(batch: RecordBatch, name: string): RecordBatch {
  const { type, nullable } = batch.schema.fields[0]!;
  return batchOf(new Schema([new Field(name, type, nullable)]), batch.numRows, batch.data.children);
}
