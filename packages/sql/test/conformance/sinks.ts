import { decimal, defineTable, int64, type Sink, toBatch, utf8 } from "@lakewright/core";
import { afterAll, describe, expect, it } from "vitest";
import { createTable, id, sql, type SqlEngine, SqlError, sqlSink } from "../../src/index.ts";
import type { EngineUnderTest } from "./engines.ts";

const payments = defineTable("payments", {
  payment: int64(),
  user: utf8(),
  amount: decimal(12, 2),
});
const batchFrom = (from: number, to: number) =>
  toBatch(
    payments,
    Array.from({ length: to - from }, (_, k) => ({
      payment: BigInt(from + k),
      user: `user ${(from + k) % 7}`,
      amount: `${from + k}.25`,
    })),
  );
const at = (positions: Record<string, bigint>) => new Map(Object.entries(positions));

export function sinkCases(under: EngineUnderTest): void {
  describe("sqlSink", () => {
    const opened: SqlEngine[] = [];
    const open = async (): Promise<SqlEngine> => {
      const engine = await under.open();
      opened.push(engine);
      return engine;
    };
    afterAll(async () => {
      for (const engine of opened) await engine.close();
    });
    const count = async (engine: SqlEngine, table = "payments") =>
      (await engine.query(sql`SELECT count(*) AS n FROM ${id(table)}`).row())["n"];
    const create = { target: "payments", create: true };

    it("moves rows and positions together, and remembers both", async () => {
      const engine = await open();
      const sink = sqlSink(engine, payments, create);
      expect(await sink.positions("p")).toEqual(new Map());
      const first = await sink.write([batchFrom(0, 5), batchFrom(5, 8)], {
        consumer: "p",
        from: new Map(),
        to: at({ a: 5n, b: 3n }),
      });
      expect(first).toEqual({ written: true, rows: 8, version: "8" });
      const second = await sink.write([], {
        consumer: "p",
        from: at({ a: 5n }),
        to: at({ a: 9n }),
      });
      expect(second).toEqual({ written: true, rows: 0, version: "12" });
      const again = sqlSink(engine, payments, create);
      expect(await again.positions("p")).toEqual(at({ a: 9n, b: 3n }));
      expect(await again.positions("other")).toEqual(new Map());
      expect(await count(engine)).toBe(8n);
    });

    it("writes nothing where a position, known or new, stands elsewhere", async () => {
      const engine = await open();
      const sink = sqlSink(engine, payments, create);
      await sink.write([batchFrom(0, 4)], { consumer: "p", from: new Map(), to: at({ a: 4n }) });
      const positions = at({ a: 4n });
      for (const range of [
        { from: new Map(), to: at({ a: 4n }) },
        { from: new Map(), to: at({ 0: 1n, a: 4n, z: 1n }) },
        { from: at({ a: 3n }), to: at({ a: 7n }) },
        { from: at({ a: 4n, b: 1n }), to: at({ a: 7n, b: 2n }) },
      ]) {
        const result = await sink.write([batchFrom(4, 9)], { consumer: "p", ...range });
        expect(result).toEqual({ written: false, positions });
      }
      expect(await count(engine)).toBe(4n);
    });

    it("keeps consumers and targets apart", async () => {
      const engine = await open();
      const range = { from: new Map(), to: at({ a: 2n }) };
      const sinks: Sink[] = ["payments", "payments 2"].map((target) =>
        sqlSink(engine, payments, { target, create: true }),
      );
      for (const sink of sinks) {
        for (const consumer of ["p", "q"]) {
          const result = await sink.write([batchFrom(0, 2)], { consumer, ...range });
          expect(result.written).toBe(true);
        }
      }
      expect(await count(engine)).toBe(4n);
      expect(await count(engine, "payments 2")).toBe(4n);
    });

    it("moves no position where the load fails", async () => {
      const engine = await open();
      await engine.execute(
        createTable(engine.dialect, "payments", payments, { primaryKey: ["payment"] }),
      );
      const sink = sqlSink(engine, payments, { target: "payments" });
      const range = { consumer: "p", from: new Map(), to: at({ a: 2n }) };
      const twice = sink.write([batchFrom(0, 2), batchFrom(1, 2)], range);
      await expect(twice).rejects.toThrow(SqlError);
      expect(await sink.positions("p")).toEqual(new Map());
      expect(await count(engine)).toBe(0n);
      expect(await sink.write([batchFrom(0, 2)], range)).toMatchObject({ written: true });
    });

    it("lets one of many rivals win each step, and loses no row", async () => {
      const engine = await open();
      const steps = 6;
      const rival = async (): Promise<number> => {
        const sink = sqlSink(engine, payments, create);
        let won = 0;
        let positions = await sink.positions("p");
        for (;;) {
          const a = positions.get("a") ?? 0n;
          if (a >= BigInt(10 * steps)) return won;
          const to = at({ a: a + 10n, b: 2n * a + 20n });
          const rows = [batchFrom(Number(a), Number(a) + 10)];
          const result = await sink.write(rows, { consumer: "p", from: positions, to });
          if (result.written) won++;
          positions = result.written ? to : result.positions;
        }
      };
      const won = await Promise.all([rival(), rival(), rival(), rival()]);
      expect(won.reduce((a, b) => a + b)).toBe(steps);
      const seen = await engine
        .query(`SELECT count(*) AS n, count(DISTINCT payment) AS d FROM payments`)
        .row();
      expect(seen).toEqual({ n: BigInt(10 * steps), d: BigInt(10 * steps) });
    });

    it("takes a thousand partitions in one write", async () => {
      const engine = await open();
      const sink = sqlSink(engine, payments, create);
      const all = (n: bigint) =>
        new Map(Array.from({ length: 1000 }, (_, k) => [`topic-${k}`, n] as const));
      await sink.write([], { consumer: "p", from: new Map(), to: all(1n) });
      const result = await sink.write([], { consumer: "p", from: all(1n), to: all(2n) });
      expect(result).toEqual({ written: true, rows: 0, version: "2000" });
      expect(await sink.positions("p")).toEqual(all(2n));
    });

    it("refuses an unknown option, and a target that is none", async () => {
      const engine = await open();
      const options = { target: "payments", mode: "upsert" };
      expect(() => sqlSink(engine, payments, options)).toThrow('has no option "mode"');
      expect(() => sqlSink(engine, payments, { target: [] })).toThrow(
        "neither text nor a path of texts",
      );
    });
  });
}
