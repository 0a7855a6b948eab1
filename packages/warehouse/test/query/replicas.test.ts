import { decimal, utf8 } from "@lakewright/core";
import { readReplicas, type SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { dimension, fact, openWarehouse } from "@lakewright/warehouse";
import { count, memoryCache, metrics, openQueries, sum } from "@lakewright/warehouse/query";
import { afterEach, describe, expect, it } from "vitest";

const shops = dimension("dim_shops", { key: ["shop"], columns: { shop: utf8() } });
const sales = fact("fact_sales", {
  grain: ["sale"],
  dimensions: { shop: shops },
  measures: { amount: decimal(10, 2) },
});
const saleMetrics = metrics(sales, { measures: { revenue: sum("amount"), orders: count() } });
const question = { measures: ["revenue", "orders"] } as const;
const now = (day: number) => ({ now: () => new Date(Date.UTC(2026, 0, day)) });

const opened: SqlEngine[] = [];
afterEach(async () => {
  for (const engine of opened.splice(0)) await engine.close();
});

/** A database in which the loads of so many days have arrived. */
async function behind(days: number): Promise<SqlEngine> {
  const engine = duckdb(":memory:");
  opened.push(engine);
  for (let day = 1; day <= days; day++) await arrive(engine, day);
  return engine;
}

async function arrive(engine: SqlEngine, day: number): Promise<void> {
  const warehouse = await openWarehouse(engine, { sales }, { clock: now(day) });
  await warehouse.load(sales, [{ sale: `s${day}`, shop: "a", amount: "1.5" }]);
}

describe("replicas that are not all at the same load", () => {
  it.each([true, false])(
    "an answer is of the generation it says, and is kept under it (cache: %s)",
    async (cached) => {
      const nodes = await Promise.all([behind(3), behind(3), behind(2), behind(1)]);
      const [primary, ...replicas] = nodes as [SqlEngine, ...SqlEngine[]];
      const truth = new Map<string, unknown>();
      for (const node of nodes) {
        const alone = openQueries(await openWarehouse(node, { sales }));
        const answer = await alone.run(saleMetrics, question);
        truth.set(answer.generation, answer.rows());
      }
      expect(truth.size).toBe(3);
      const engine = readReplicas(primary, replicas);
      const warehouse = await openWarehouse(engine, { sales });
      const cache = memoryCache();
      const queries = openQueries(warehouse, cached ? { cache } : {});
      let hits = 0;
      for (let turn = 0; turn < 24; turn++) {
        const answer = await queries.run(saleMetrics, question);
        expect(answer.rows()).toEqual(truth.get(answer.generation));
        if (answer.cached) hits++;
        // Shifts whose turn it is to say what is there, and whose to answer.
        if (turn % 5 === 0) await engine.query("SELECT 1").rows();
      }
      expect(hits > 0).toBe(cached);
      // The last to follow has caught up: what was kept of its states before is of those.
      await arrive(replicas[1]!, 3);
      await arrive(replicas[2]!, 2);
      await arrive(replicas[2]!, 3);
      for (let turn = 0; turn < 6; turn++) {
        const { rows } = await queries.run(saleMetrics, question);
        expect(rows()).toMatchObject([{ orders: 3n }]);
      }
    },
  );
});
