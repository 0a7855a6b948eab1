import {
  bool,
  decimal,
  defineTable,
  float64,
  int32,
  int64,
  naiveTimestamp,
  nullable,
  oneOf,
  timestamp,
  toBatch,
  utf8,
} from "@lakewright/core";
import { describe, expect, it } from "vitest";
import { createTable, id, sql, SqlError } from "../../src/index.ts";
import { type EngineUnderTest, freshName, sharedEngine } from "./engines.ts";

const orders = defineTable("orders", {
  order: int64(),
  amount: decimal(12, 2),
  currency: oneOf(["EUR", "USD"]),
  placed: timestamp("us"),
  note: nullable(utf8()),
});
const order = (k: number) => ({
  order: BigInt(k),
  amount: `${k}.05`,
  currency: k % 2 === 0 ? ("EUR" as const) : ("USD" as const),
  placed: BigInt(k) * 1_000_001n,
  note: k % 3 === 0 ? null : `note ${k}`,
});

export function loadCases(under: EngineUnderTest): void {
  describe("load", () => {
    const engine = sharedEngine(under);
    const made = async (table = orders as never): Promise<string> => {
      const name = freshName();
      await engine().execute(createTable(engine().dialect, name, table));
      return name;
    };
    const countOf = async (name: string): Promise<unknown> =>
      (
        await engine()
          .query(sql`SELECT count(*) AS n FROM ${id(name)}`)
          .row()
      )["n"];

    it("takes rows, batches and streams of both, and reports how far it is", async () => {
      const name = await made();
      const seen: number[] = [];
      async function* mixed() {
        yield order(1);
        await Promise.resolve();
        yield toBatch(orders, [order(2), order(3)]);
        yield order(4);
      }
      const options = {
        onProgress: (progress: { readonly done: number }) => seen.push(progress.done),
      };
      expect(await engine().load(name, orders, mixed(), options)).toEqual({ rows: 4 });
      expect(await engine().load(name, orders, [order(5)])).toEqual({ rows: 1 });
      expect(await engine().load(name, orders, toBatch(orders, []))).toEqual({ rows: 0 });
      expect(seen.at(-1)).toBe(4);
      const sums = await engine()
        .query(sql`SELECT sum(amount) AS total, max(placed) AS last FROM ${id(name)}`)
        .row();
      expect(String(sums["total"])).toBe("15.25");
      expect(sums["last"]).toBe(5_000_005n);
    });

    it("loads into a path, by name, whatever the order of the columns; defaults fill the rest", async () => {
      await engine().execute("CREATE SCHEMA mart");
      await engine().execute(`CREATE TABLE mart.t (extra INTEGER DEFAULT 7, b TEXT, a INTEGER)`);
      const table = defineTable("t", { a: int32(), b: utf8() });
      await engine().load(["mart", "t"], table, [{ a: 1, b: "x" }]);
      const rows = await engine()
        .query(sql`SELECT * FROM ${id("mart", "t")}`)
        .rows();
      expect(rows).toEqual([{ extra: 7, b: "x", a: 1 }]);
    });

    it("loads all or nothing", async () => {
      const name = await made();
      const reason = new Error("the source broke");
      async function* broken() {
        yield toBatch(
          orders,
          Array.from({ length: 70_000 }, (_, k) => order(k)),
        );
        await Promise.resolve();
        throw reason;
      }
      await expect(engine().load(name, orders, broken())).rejects.toBe(reason);
      const invalid = [...Array.from({ length: 70_000 }, (_, k) => order(k)), { order: 1n }];
      await expect(engine().load(name, orders, invalid as never)).rejects.toThrow("Row 70000");
      expect(await countOf(name)).toBe(0n);
    });

    it("throws what a row or its source throws as it was, and keeps nothing", async () => {
      const name = await made();
      const boom = new TypeError("boom");
      const throwing = Object.defineProperty(order(1), "amount", {
        get: () => {
          throw boom;
        },
      });
      function* broken() {
        yield order(1);
        throw boom;
      }
      for (const data of [
        [throwing],
        [...Array.from({ length: 9000 }, (_, k) => order(k)), throwing],
      ])
        await expect(engine().load(name, orders, data)).rejects.toBe(boom);
      await expect(engine().load(name, orders, broken())).rejects.toBe(boom);
      expect(await countOf(name)).toBe(0n);
    });

    it("stops on abort, and keeps nothing", async () => {
      const name = await made();
      const controller = new AbortController();
      const reason = new Error("enough");
      async function* endless() {
        for (let k = 0; ; k++) {
          if (k === 3) controller.abort(reason);
          yield toBatch(
            orders,
            Array.from({ length: 20_000 }, (_, i) => order(i)),
          );
          await Promise.resolve();
        }
      }
      const work = engine().load(name, orders, endless(), { signal: controller.signal });
      await expect(work).rejects.toBe(reason);
      expect(await countOf(name)).toBe(0n);
    });

    it("leaves its source where the engine refuses a row", async () => {
      const name = await made();
      await engine().execute(
        sql`CREATE UNIQUE INDEX ${id(`${name}_key`)} ON ${id(name)} ("order")`,
      );
      let left = false;
      async function* source() {
        try {
          for (let k = 0; k < 40; k++) {
            yield toBatch(
              orders,
              Array.from({ length: 10_000 }, () => order(1)),
            );
            await Promise.resolve();
          }
        } finally {
          left = true;
        }
      }
      const work = engine().load(name, orders, source());
      await expect(work).rejects.toMatchObject({ code: "SQL_CONSTRAINT" });
      expect(left).toBe(true);
      expect(await countOf(name)).toBe(0n);
      expect(await engine().load(name, orders, [order(1)])).toEqual({ rows: 1 });
    });

    it("refuses a column that would change values silently", async () => {
      const cents = defineTable("t", { v: decimal(12, 4) });
      const refused = [
        [cents, "DECIMAL(12, 2)"],
        [defineTable("t", { v: float64() }), "REAL"],
        [defineTable("t", { v: int64() }), "DOUBLE PRECISION"],
        [defineTable("t", { v: utf8() }), "INTEGER"],
        [defineTable("t", { v: bool() }), "TEXT"],
      ] as const;
      for (const [table, type] of refused) {
        const name = freshName();
        await engine().execute(`CREATE TABLE ${name} (v ${type})`);
        const work = engine().load(name, table, [] as never);
        await expect(work, type).rejects.toMatchObject({ code: "SQL_LOAD_FAILED" });
      }
    });

    it("says which timestamp a column without a time zone, or with one, takes", async () => {
      // A timestamp of MySQL has no zone, whichever it is.
      if (engine().dialect.name === "mysql") return;
      const refused = [
        [defineTable("t", { v: timestamp("us") }), "TIMESTAMP", 'naiveTimestamp("us")'],
        [defineTable("t", { v: naiveTimestamp("ms") }), "TIMESTAMP WITH TIME ZONE", "timestamp("],
      ] as const;
      for (const [table, type, hint] of refused) {
        const name = freshName();
        await engine().execute(`CREATE TABLE ${name} (v ${type})`);
        await expect(engine().load(name, table, [] as never)).rejects.toMatchObject({
          code: "SQL_LOAD_FAILED",
          hint: expect.stringContaining(hint) as string,
        });
      }
    });

    it("takes a wider or narrower column that keeps the values, and refuses those it cannot", async () => {
      const name = freshName();
      await engine().execute(`CREATE TABLE ${name} (a SMALLINT, b DECIMAL(6, 3), c BIGINT)`);
      const table = defineTable("t", { a: int64(), b: decimal(12, 2), c: int32() });
      await engine().load(name, table, [{ a: 5n, b: "1.25", c: 3 }]);
      const [row] = await engine().query(`SELECT a, b, c FROM ${name}`).rows();
      expect({ ...row, b: String(row!["b"]) }).toEqual({ a: 5, b: "1.250", c: 3n });
      for (const bad of [
        { a: 40_000n, b: "1", c: 1 },
        { a: 1n, b: "1000", c: 1 },
      ]) {
        const work = engine().load(name, table, [bad]);
        await expect(work).rejects.toBeInstanceOf(SqlError);
      }
      expect(await countOf(name)).toBe(1n);
    });

    it("says that the table or a column is not there", async () => {
      const name = freshName();
      const table = defineTable("t", { a: int32() });
      const missing = engine().load(name, table, [{ a: 1 }]);
      await expect(missing).rejects.toThrow(name);
      await engine().execute(`CREATE TABLE ${name} (b INTEGER)`);
      const column = engine().load(name, table, [{ a: 1 }]);
      await expect(column).rejects.toMatchObject({ code: "SQL_QUERY_FAILED" });
    });
  });
}
