import {
  figure,
  type Html,
  meter,
  name,
  num,
  percent,
  section,
  table,
} from "@lakewright/example-report-kit";
import { euro, fixed } from "../format.ts";
import { type DashboardReader, maybe, n, text } from "../reader.ts";

const TOP = 12;

/** How suppliers deliver. */
export async function suppliersSection(reader: DashboardReader): Promise<Html> {
  const suppliers =
    await reader.rows(`SELECT s.name AS supplier, p.* FROM supplier_performance p JOIN dim_supplier s ON s.supplier_key = p.supplier_key
WHERE p.total_orders_count > 0 ORDER BY p.total_amount DESC, p.supplier_key LIMIT ${TOP}`);
  return section(
    "suppliers",
    "Suppliers",
    "The score is punctuality, quality, price and speed.",
    figure(
      undefined,
      table(`The ${TOP} largest suppliers of the year`, suppliers, [
        { title: "Supplier", cell: (row) => name(text(row, "supplier")) },
        {
          title: "Orders",
          numeric: true,
          cell: (row, k) => num(`supplier.${k}.orders`, n(row, "total_orders_count")),
        },
        {
          title: "Ordered",
          numeric: true,
          cell: (row, k) => euro(`supplier.${k}.amount`, n(row, "total_amount")),
        },
        {
          title: "In time",
          numeric: true,
          cell: (row, k) => percent(`supplier.${k}.time`, maybe(row, "on_time_delivery_rate")),
        },
        {
          title: "Defects",
          numeric: true,
          cell: (row, k) => percent(`supplier.${k}.defects`, maybe(row, "quality_defect_rate")),
        },
        {
          title: "Takes",
          numeric: true,
          cell: (row, k) => fixed(`supplier.${k}.lead`, maybe(row, "avg_lead_time_days"), 1, " d"),
        },
        {
          title: "Price",
          numeric: true,
          cell: (row, k) =>
            fixed(`supplier.${k}.price`, maybe(row, "price_variance_percent"), 1, " %"),
        },
        {
          title: "We pay in time",
          numeric: true,
          cell: (row, k) => percent(`supplier.${k}.terms`, maybe(row, "payment_terms_compliance")),
        },
        {
          title: "Score",
          numeric: true,
          cell: (row, k) =>
            meter(
              fixed(`supplier.${k}.score`, maybe(row, "supplier_score"), 0),
              maybe(row, "supplier_score") === undefined
                ? undefined
                : n(row, "supplier_score") / 100,
            ),
        },
      ]),
      "Price: what was ordered, against the mean price of all suppliers for the same products.",
    ),
  );
}
