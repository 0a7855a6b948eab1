/** A million facts with three foreign keys into an empty fact table, with the keys and without. */
import type { SqlEngine } from "@lakewright/sql";
import { openWarehouse, type Warehouse } from "@lakewright/warehouse";
import type { CaseResult, ResultRow } from "../measure.ts";
import { type BenchServer, mysqlServer, postgresServer } from "../warehouse/servers.ts";
import {
  customerRows,
  customers,
  days,
  makeSales,
  productRows,
  products,
  sales,
} from "../warehouse/star.ts";
import { takeTurns, TURN_COLUMNS, turnRows, type Way } from "../warehouse/turns.ts";

const ROWS = 1_000_000;
const rows = makeSales(ROWS);

const result: CaseResult = {
  title: "A star with foreign keys",
  work: `${ROWS.toLocaleString("en")} facts by natural keys from JavaScript objects into an empty fact table of three dimensions (3,652 days, 100,000 customers, 10,000 products), real foreign keys on it (fkMode "auto"), against the same load without them ("off"). The bar is 1.4 times the time without. The median of 3 rounds.`,
  columns: TURN_COLUMNS,
  rows: [...(await compare(await postgresServer())), ...(await compare(await mysqlServer()))],
};
console.log(JSON.stringify(result));

async function compare(server: BenchServer): Promise<ResultRow[]> {
  await using held = server;
  const { engine, name } = held;
  const ways = [
    load(engine, "auto", `with foreign keys, ${name}`),
    { ...load(engine, "off", `without, ${name}`), bar: { times: 1 / 1.4 } },
  ];
  return turnRows(ways, await takeTurns(ways, held)).map((row) =>
    row.bar === undefined ? row : { ...row, bar: "≥ 0.71 ×" },
  );
}

function load(engine: SqlEngine, fkMode: "auto" | "off", name: string): Way {
  let warehouse: Warehouse;
  const schema = `star_${fkMode}`;
  return {
    name,
    prepare: async () => {
      await engine.execute(
        `DROP SCHEMA IF EXISTS ${schema}${engine.dialect.name === "postgres" ? " CASCADE" : ""}`,
      );
      warehouse = await openWarehouse(
        engine,
        { customers, products, days, sales },
        { schema, fkMode },
      );
      await warehouse.load(customers, customerRows);
      await warehouse.load(products, productRows);
    },
    run: () => warehouse.load(sales, rows),
    check: async () => {
      const { n, unknown } = await engine
        .query(
          `SELECT count(*) AS n, sum(CASE WHEN customer_key < 0 OR product_key < 0 OR date_key < 0 THEN 1 ELSE 0 END) AS unknown FROM ${schema}.fact_sales`,
        )
        .row();
      if (Number(n) !== ROWS || Number(unknown) !== 0) {
        throw new Error(`${String(n)} facts, ${String(unknown)} of them of unknown members`);
      }
    },
  };
}
