/** Questions to a star of a million facts: how long one waits. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql, type SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { openWarehouse, type Warehouse } from "@lakewright/warehouse";
import { count, memoryCache, metrics, openQueries, sum } from "@lakewright/warehouse/query";
import type { CaseResult, ResultRow } from "../measure.ts";
import { postgresServer } from "../warehouse/servers.ts";
import {
  customerRows,
  customers,
  days,
  makeSales,
  productRows,
  products,
  type Sale,
  sales,
} from "../warehouse/star.ts";

const ROWS = 1_000_000;
const TIMES = 200;
const WARM_UPS = 20;
const saleMetrics = metrics(sales, { measures: { revenue: sum("amount"), orders: count() } });

const folder = mkdtempSync(join(tmpdir(), "lakewright-queries-"));
try {
  const rows = makeSales(ROWS);
  await using server = await postgresServer();
  await using another = await postgresServer();
  const result: CaseResult = {
    title: "Questions to a star",
    work: `A star of ${ROWS.toLocaleString("en")} facts and three dimensions, ${TIMES} questions of each kind with other values each time, one after the other. The tables are vacuumed and analysed. The facts came day by day; the last row is of a table whose days have no order. Wall time; the bar is on the 95th of 100.`,
    columns: ["median ms", "p95 ms"],
    rows: [
      ...(await questions(duckdb(join(folder, "star.duckdb")), "DuckDB", rows)),
      ...(await questions(server.engine, "Postgres", rows)),
      await unordered(another.engine, "Postgres"),
    ],
  };
  console.log(JSON.stringify(result));
} finally {
  rmSync(folder, { recursive: true });
}

async function questions(
  engine: SqlEngine,
  name: string,
  rows: readonly Sale[],
): Promise<ResultRow[]> {
  const warehouse = await fill(engine, rows);
  const told = [
    row(
      `simple SELECT, ${name}`,
      10,
      await waits((k) =>
        engine
          .query(sql`SELECT * FROM fact_sales WHERE sale = ${rows[(k * 997) % ROWS]!.sale}`)
          .row(),
      ),
    ),
    row(`two-table JOIN, ${name}`, 50, await waits((k) => join2(engine, k))),
    row(`aggregation by two dimensions, ${name}`, 100, await waits((k) => aggregate(warehouse, k))),
    row(`the same from the cache, ${name}`, undefined, await waits(cached(warehouse))),
  ];
  if (name === "DuckDB") await warehouse.close();
  return told;
}

async function unordered(engine: SqlEngine, name: string): Promise<ResultRow> {
  const warehouse = await fill(engine, makeSales(ROWS, "none"));
  const told = await waits((k) => aggregate(warehouse, k));
  return row(`aggregation, days in no order, ${name}`, 100, told);
}

async function fill(engine: SqlEngine, rows: readonly Sale[]): Promise<Warehouse> {
  const warehouse = await openWarehouse(engine, { customers, products, days, sales });
  await warehouse.load(customers, customerRows);
  await warehouse.load(products, productRows);
  await warehouse.load(sales, rows);
  // What Postgres' autovacuum does within a minute of such a load, so that it does not happen while questions are timed.
  await engine.execute("VACUUM ANALYZE");
  return warehouse;
}

async function join2(engine: SqlEngine, k: number): Promise<void> {
  const found = await engine
    .query(
      sql`SELECT f.sale, f.amount, c.country FROM fact_sales f JOIN dim_customer c ON c.customer_key = f.customer_key
WHERE c.customer = ${`customer-${(k * 37) % 100_000}`} ORDER BY f.sale`,
    )
    .rows();
  if (found.length > 60) throw new Error("too many sales of one customer");
}

async function aggregate(warehouse: Warehouse, k: number): Promise<void> {
  const year = 2017 + (k % 10);
  const answer = await openQueries(warehouse).run(saleMetrics, {
    measures: ["revenue", "orders"],
    by: ["customer.country", { time: "date", grain: "month" }],
    where: { "date.year": year },
  });
  if (answer.rows().length !== 120)
    throw new Error("ten countries and twelve months make 120 rows");
}

function cached(warehouse: Warehouse): (k: number) => Promise<unknown> {
  const queries = openQueries(warehouse, { cache: memoryCache() });
  return (k) =>
    queries.run(saleMetrics, {
      measures: ["revenue", "orders"],
      by: ["customer.country", { time: "date", grain: "month" }],
      where: { "date.year": 2017 + (k % 10) },
    });
}

async function waits(ask: (k: number) => Promise<unknown>): Promise<number[]> {
  const told: number[] = [];
  for (let k = -WARM_UPS; k < TIMES; k++) {
    const start = performance.now();
    await ask(k + WARM_UPS);
    if (k >= 0) told.push(performance.now() - start);
  }
  return told.toSorted((a, b) => a - b);
}

function row(name: string, bar: number | undefined, told: readonly number[]): ResultRow {
  const p95 = told[Math.ceil(0.95 * told.length) - 1]!;
  return {
    name,
    cells: [told[told.length >> 1]!.toFixed(1), p95.toFixed(1)],
    ...(bar !== undefined && { bar: `< ${bar} ms`, passed: p95 < bar }),
  };
}
