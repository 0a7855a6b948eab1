import { type Column, Decimal, decimal, int64, nullable, utf8 } from "@lakewright/core";
import { type Sql, sql } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { dimension, fact, openWarehouse } from "@lakewright/warehouse";
import {
  count,
  expression,
  memoryCache,
  type Metrics,
  metrics,
  openQueries,
  redisCache,
  type ResultCache,
} from "@lakewright/warehouse/query";
import { describe, expect, it } from "vitest";
import { guarded } from "../guarded.ts";
import { filled } from "./cases.ts";
import { saleMetrics, saleRows, sales } from "./star.ts";

const question = { measures: ["revenue", "orders"], by: ["channel"] } as const;

describe("a cache of answers", () => {
  it("answers again without the engine, until a table of the question is loaded", async () => {
    await using warehouse = await filled(duckdb(":memory:"));
    const queries = openQueries(warehouse, { cache: memoryCache() });
    const first = await queries.run(saleMetrics, question);
    const again = await queries.run(saleMetrics, question);
    expect([first.cached, again.cached]).toEqual([false, true]);
    expect(again.rows()).toEqual(first.rows());
    await warehouse.load(sales, [{ ...saleRows[0]!, sale: "new" }]);
    const later = await queries.run(saleMetrics, question);
    expect(later.cached).toBe(false);
    expect(later.generation).not.toBe(first.generation);
    const orders = (rows: Record<string, unknown>[]): bigint =>
      rows.reduce((all, row) => all + (row["orders"] as bigint), 0n);
    expect(orders(later.rows())).toBe(orders(first.rows()) + 1n);
    queries.invalidate();
    expect((await queries.run(saleMetrics, question)).cached).toBe(false);
    expect((await queries.run(saleMetrics, { ...question, limit: 1 })).cached).toBe(false);
  });

  it("does not answer with labels of special members that were", async () => {
    const engine = duckdb(":memory:");
    const cache = memoryCache();
    const told = async (name: string): Promise<unknown> => {
      const shops = dimension("dim_shops", {
        key: ["shop"],
        columns: { shop: utf8(), name: nullable(utf8()) },
        specialMembers: { unknown: { name } },
      });
      const visits = fact("fact_visits", {
        grain: ["visit"],
        dimensions: { shop: { dimension: shops, absent: "unknown" } },
      });
      const warehouse = await openWarehouse(engine, { visits });
      await warehouse.load(visits, [{ visit: "1", shop: null }], { loadId: "once" });
      const answer = await openQueries(warehouse, { cache }).run(
        metrics(visits, { measures: { visits: count() } }),
        { measures: ["visits"], by: ["shop.name"] },
      );
      return answer.rows()[0]!["shop.name"];
    };
    expect(await told("Unknown")).toBe("Unknown");
    expect(await told("Inconnu")).toBe("Inconnu");
    await engine.close();
  });

  it("tells questions apart by all of their values, milliseconds too", async () => {
    await using warehouse = await filled(duckdb(":memory:"));
    const queries = openQueries(warehouse, { cache: memoryCache() });
    const moment = Date.parse(saleRows[0]!.sold_at);
    const since = async (ms: number): Promise<unknown> => {
      const where = sql`f.sold_at >= ${new Date(moment + ms)} AND f.sale = 's0'`;
      const answer = await queries.run(
        metrics(sales, { measures: { orders: count(undefined, { where }) } }),
        {
          measures: ["orders"],
        },
      );
      return answer.rows()[0]!["orders"];
    };
    expect([await since(0), await since(1)]).toEqual([1n, 0n]);
  });

  it("tells questions apart by the types of their answers, where the SQL is the same", async () => {
    const engine = duckdb(":memory:");
    await using _warehouse = await filled(engine);
    const dialect = { ...engine.dialect, cast: (value: Sql) => value };
    const plain = { ...guarded(engine, async () => {}, true), dialect };
    const opened = await openWarehouse(plain, { sales });
    const store = memoryCache();
    const told = async (cache: ResultCache | undefined, column: Column): Promise<unknown> => {
      const of = metrics(sales, { measures: { all: expression(sql`SUM(f.pieces)`, column) } });
      const answer = await openQueries(opened, { cache }).run(of as Metrics, { measures: ["all"] });
      return answer.rows()[0]!["all"];
    };
    for (const column of [nullable(int64()), nullable(decimal(38, 2))]) {
      const right = await told(undefined, column);
      expect([await told(store, column), await told(store, column)]).toEqual([right, right]);
    }
    expect(await told(store, nullable(int64()))).toBeTypeOf("bigint");
    expect(await told(store, nullable(decimal(38, 2)))).toBeInstanceOf(Decimal);
  });

  it("asks once for what is asked at once, and goes on when one of the askers gives up", async () => {
    await using warehouse = await filled(duckdb(":memory:"));
    let written = 0;
    const kept = memoryCache();
    const cache: ResultCache = { get: kept.get, set: (...args) => (written++, kept.set(...args)) };
    const queries = openQueries(warehouse, { cache });
    const gone = new AbortController();
    const asked = [1, 2, 3, 4].map((k) =>
      queries.run(saleMetrics, question, k === 1 ? { signal: gone.signal } : {}),
    );
    gone.abort(new Error("gave up"));
    const settled = await Promise.allSettled(asked);
    expect(settled.map(({ status }) => status)).toEqual([
      "rejected",
      "fulfilled",
      "fulfilled",
      "fulfilled",
    ]);
    expect(written).toBe(1);
  });

  it("goes on without a cache that fails, or has something else in it", async () => {
    await using warehouse = await filled(duckdb(":memory:"));
    const broken = (): Promise<never> => Promise.reject(new Error("no route"));
    const failing = openQueries(warehouse, { cache: { get: broken, set: broken } });
    expect((await failing.run(saleMetrics, question)).rows()).toHaveLength(3);
    const store = new Map<string, string>();
    const queries = openQueries(warehouse, {
      cache: redisCache({
        get: (key) => Promise.resolve(store.get(key) ?? null),
        set: (key, value) => Promise.resolve(store.set(key, value)),
      }),
    });
    const first = await queries.run(saleMetrics, question);
    for (const key of store.keys()) store.set(key, "bm90IGFycm93");
    const second = await queries.run(saleMetrics, question);
    expect(second.rows()).toEqual(first.rows());
    expect(second.cached).toBe(false);
    expect((await queries.run(saleMetrics, question)).cached).toBe(true);
  });

  it("keeps what was used last, within its bytes", async () => {
    const cache = memoryCache({ maxBytes: 10 });
    const bytes = (length: number): Uint8Array => new Uint8Array(length);
    await cache.set("a", bytes(4));
    await cache.set("b", bytes(4));
    await cache.get("a");
    await cache.set("c", bytes(4));
    expect(await cache.get("b")).toBeUndefined();
    expect((await cache.get("a"))?.length).toBe(4);
    await cache.set("d", bytes(11));
    expect(await cache.get("d")).toBeUndefined();
    expect((await cache.get("c"))?.length).toBe(4);
    expect(() => memoryCache({ maxBytes: 0 })).toThrow(/maxBytes/);
  });
});
