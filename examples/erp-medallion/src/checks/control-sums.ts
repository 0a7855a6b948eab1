import { Decimal } from "@lakewright/core";
import type { SqlEngine } from "@lakewright/sql";

/** Sums that must be in gold as they are in the source; exact decimal text. */
export interface ControlSums {
  /** Invoices less credit notes without VAT, in euro: each line at its document's rate, rounded to the cent. */
  readonly revenue: string;
  readonly cost: string;
  readonly stockValue: string;
  readonly interventions: string;
}

/** The sums by the source's own tables, in SQL that knows nothing of silver and gold. */
export async function sumsOfSource(engine: SqlEngine): Promise<ControlSums> {
  return await sums(
    engine,
    `SELECT
  (SELECT SUM(ROUND(l."netAmountVatExcluded" * d."currencyRate", 2))
   FROM "SaleDocumentLine" l JOIN "SaleDocument" d ON d.id = l."documentId"
   WHERE d."documentType" IN ('Invoice', 'CreditNote')) AS revenue,
  (SELECT SUM(l."costAmount") FROM "SaleDocumentLine" l JOIN "SaleDocument" d ON d.id = l."documentId"
   WHERE d."documentType" IN ('Invoice', 'CreditNote')) AS cost,
  (SELECT SUM("stockValue") FROM "StockItem") AS stock_value,
  (SELECT COUNT(*) FROM "ScheduleEvent") AS interventions`,
  );
}

/** The sums by gold. @param dateId - the day of the stock, as yyyymmdd */
export async function sumsOfGold(engine: SqlEngine, dateId: string): Promise<ControlSums> {
  return await sums(
    engine,
    `SELECT
  (SELECT SUM(total_revenue_excl_tax) FROM sales_daily_kpi) AS revenue,
  (SELECT SUM(total_cost) FROM sales_daily_kpi) AS cost,
  (SELECT SUM(stock_value) FROM inventory_snapshot_daily WHERE date_id = ${dateId}) AS stock_value,
  (SELECT SUM(total_interventions_count) FROM interventions_daily_kpi) AS interventions`,
  );
}

async function sums(engine: SqlEngine, statement: string): Promise<ControlSums> {
  const row = await engine.query(statement).row();
  const money = (name: string): string =>
    Decimal.from(String(row[name] ?? 0))
      .rescale(2)
      .toString();
  return {
    revenue: money("revenue"),
    cost: money("cost"),
    stockValue: money("stock_value"),
    interventions: String(row["interventions"]),
  };
}
