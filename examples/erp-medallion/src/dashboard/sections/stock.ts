import {
  barList,
  figure,
  type Html,
  html,
  name,
  num,
  section,
  splitBar,
  table,
} from "@lakewright/example-report-kit";
import { bigEuro, fixed } from "../format.ts";
import { type DashboardReader, maybe, n, text } from "../reader.ts";

const colours: Readonly<Record<string, string>> = { High: "red", Medium: "amber", Low: "green" };
const TOP = 10;
const LATEST = "(SELECT max(date_id) FROM inventory_snapshot_daily)";

/** What lies where, and what to order. */
export async function stockSection(reader: DashboardReader): Promise<Html> {
  const levels = await reader.rows(
    `SELECT stock_out_risk_level AS risk, count(*) AS places, sum(stock_value) AS amount FROM inventory_snapshot_daily WHERE date_id = ${LATEST} GROUP BY stock_out_risk_level`,
  );
  const ordered = ["High", "Medium", "Low"].flatMap((risk) =>
    levels.filter((row) => row["risk"] === risk),
  );
  const depots =
    await reader.rows(`SELECT w.name AS depot, sum(s.stock_value) AS amount, count(*) AS places FROM inventory_snapshot_daily s JOIN dim_warehouse w ON w.warehouse_key = s.warehouse_key
WHERE s.date_id = ${LATEST} GROUP BY w.name ORDER BY sum(s.stock_value) DESC`);
  const orders =
    await reader.rows(`SELECT p.name AS product, w.name AS depot, s.quantity_available AS available, s.reorder_point, s.days_of_supply, s.reorder_recommendation AS recommended,
  s.reorder_recommendation * p.cost_price AS cost, s.stock_out_risk_level AS risk
FROM inventory_snapshot_daily s JOIN dim_product p ON p.product_key = s.product_key JOIN dim_warehouse w ON w.warehouse_key = s.warehouse_key
WHERE s.date_id = ${LATEST} AND s.reorder_recommendation > 0 ORDER BY CASE s.stock_out_risk_level WHEN 'High' THEN 0 ELSE 1 END, s.reorder_recommendation * p.cost_price DESC, s.product_key LIMIT ${TOP}`);
  return section(
    "stock",
    "Stock",
    "At the end of the day: an article in a depot is a place.",
    html`<div class="grid">
        ${figure(
          "Risk of running out",
          splitBar(
            "Places by risk",
            ordered.map((row) => ({
              label: text(row, "risk"),
              size: n(row, "places"),
              value: html`${num(`stock.${text(row, "risk")}`, n(row, "places"))} ·
              ${bigEuro(`stock-value.${text(row, "risk")}`, n(row, "amount"))}`,
              colour: colours[text(row, "risk")]!,
            })),
          ),
          "Places, and the value that lies there.",
        )}
        ${figure("Value by depot", barList(depots.map((row, k) => ({ label: text(row, "depot"), size: n(row, "amount"), value: bigEuro(`depot.${k}`, n(row, "amount")) }))))}
      </div>
      ${figure(
        undefined,
        table("Order these first: places at risk, by what the order costs", orders, [
          { title: "Product", cell: (row) => name(text(row, "product")) },
          { title: "Depot", cell: (row) => name(text(row, "depot")) },
          {
            title: "Available",
            numeric: true,
            cell: (row, k) => fixed(`order.${k}.available`, n(row, "available"), 0),
          },
          {
            title: "Order from",
            numeric: true,
            cell: (row, k) => fixed(`order.${k}.point`, n(row, "reorder_point"), 0),
          },
          {
            title: "Lasts",
            numeric: true,
            cell: (row, k) => fixed(`order.${k}.days`, maybe(row, "days_of_supply"), 0, " d"),
          },
          {
            title: "Order",
            numeric: true,
            cell: (row, k) => fixed(`order.${k}.quantity`, n(row, "recommended"), 0),
          },
          {
            title: "For",
            numeric: true,
            cell: (row, k) => fixed(`order.${k}.cost`, n(row, "cost"), 0, " €"),
          },
          {
            title: "Risk",
            cell: (row) =>
              html`<span class="pill ${text(row, "risk") === "High" ? "bad" : "warn"}"
                >${text(row, "risk")}</span
              >`,
          },
        ]),
      )}`,
  );
}
