import { decimal, defineTable, int64, timestamp, utf8 } from "@lakewright/core";
import { duckdbWasm } from "../../src/duckdb-wasm.ts";
import { createTable, type SqlError } from "../../src/index.ts";

const sales = defineTable("sales", {
  sale: int64(),
  amount: decimal(18, 4),
  at: timestamp("us"),
  note: utf8(),
});

/** What a page does with its own DuckDB, as texts. */
export async function work(origin: string): Promise<Record<string, unknown>> {
  await using engine = duckdbWasm({
    mainModule: `${origin}/duckdb-eh.wasm`,
    mainWorker: `${origin}/worker.js`,
  });
  await engine.execute(createTable(engine.dialect, "sales", sales, { primaryKey: ["sale"] }));
  const rows = Array.from({ length: 100_000 }, (_, k) => ({
    sale: 2n ** 60n + BigInt(k),
    amount: `${k}.0001`,
    at: BigInt(k),
    note: `note ${k}`,
  }));
  const loaded = await engine.load("sales", sales, rows);
  const row = await engine
    .query('SELECT max(sale) AS sale, sum(amount) AS total, max("at") AS last FROM sales')
    .row();
  const undone = await engine
    .transaction(async (session) => {
      await session.execute("DELETE FROM sales");
      await session.load("sales", sales, [rows[0]!, rows[0]!]);
    })
    .catch((error: unknown) => (error as SqlError).code);
  const started = performance.now();
  const late = await engine
    .execute("SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b", {
      timeoutMs: 200,
    })
    .catch((error: unknown) => (error as SqlError).code);
  let read = 0;
  for await (const batch of engine.query("SELECT * FROM sales")) read += batch.numRows;
  return {
    loaded: loaded.rows,
    row: Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)])),
    undone,
    late,
    lateMs: performance.now() - started,
    read,
  };
}
