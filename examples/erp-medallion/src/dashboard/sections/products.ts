import {
  figure,
  type Html,
  html,
  name,
  num,
  section,
  splitBar,
  table,
} from "@lakewright/example-report-kit";
import { bigEuro, euro, fixed } from "../format.ts";
import { type DashboardReader, maybe, n, text } from "../reader.ts";

const colours: Readonly<Record<string, string>> = { A: "blue", B: "violet", C: "soft" };
const TOP = 10;

/** What is sold: classes and leaders. */
export async function productsSection(reader: DashboardReader): Promise<Html> {
  const classes =
    await reader.rows(`SELECT abc_classification AS class_name, count(*) AS products, sum(total_revenue) AS revenue
FROM sales_by_product GROUP BY abc_classification ORDER BY abc_classification`);
  const top =
    await reader.rows(`SELECT p.name AS product, p.family_name AS family, s.total_quantity_sold AS units, s.total_revenue AS revenue, s.total_margin AS margin,
  s.units_per_order_avg AS per_order, s.forecast_next_30_days AS forecast FROM sales_by_product s JOIN dim_product p ON p.product_key = s.product_key
ORDER BY s.total_revenue DESC, s.product_id LIMIT ${TOP}`);
  const families =
    await reader.rows(`SELECT p.category_l1 AS universe, sum(s.total_revenue) AS revenue FROM sales_by_product s
JOIN dim_product p ON p.product_key = s.product_key WHERE s.total_revenue > 0 GROUP BY p.category_l1 ORDER BY sum(s.total_revenue) DESC`);
  const palette = ["blue", "violet", "green", "amber", "red", "soft"];
  return section(
    "products",
    "Products",
    "A makes the first 80 % of revenue, B the next 15 %, C the rest.",
    html`<div class="grid">
        ${figure(
          "ABC classes",
          html`${splitBar(
            "Products by class",
            classes.map((row) => ({
              label: html`products in ${text(row, "class_name")}`,
              size: n(row, "products"),
              value: num(`abc.${text(row, "class_name")}`, n(row, "products")),
              colour: colours[text(row, "class_name")]!,
            })),
          )}${splitBar(
            "Revenue by class",
            classes.map((row) => ({
              label: html`revenue of ${text(row, "class_name")}`,
              size: n(row, "revenue"),
              value: bigEuro(`abc-revenue.${text(row, "class_name")}`, n(row, "revenue")),
              colour: colours[text(row, "class_name")]!,
            })),
          )}`,
        )}
        ${figure(
          "Revenue by part of the catalogue",
          splitBar(
            "Revenue by universe",
            families.map((row, k) => ({
              label: text(row, "universe"),
              size: n(row, "revenue"),
              value: bigEuro(`universe.${k}`, n(row, "revenue")),
              colour: palette[k % palette.length]!,
            })),
          ),
        )}
      </div>
      ${figure(
        undefined,
        table("The ten products with most revenue", top, [
          { title: "Product", cell: (row) => name(text(row, "product")) },
          { title: "Family", cell: (row) => name(text(row, "family")) },
          {
            title: "Units",
            numeric: true,
            cell: (row, k) => fixed(`product.${k}.units`, n(row, "units"), 0),
          },
          {
            title: "Revenue",
            numeric: true,
            cell: (row, k) => euro(`product.${k}.revenue`, n(row, "revenue")),
          },
          {
            title: "Margin",
            numeric: true,
            cell: (row, k) =>
              fixed(`product.${k}.margin`, (100 * n(row, "margin")) / n(row, "revenue"), 1, " %"),
          },
          {
            title: "An invoice",
            numeric: true,
            cell: (row, k) => fixed(`product.${k}.per-order`, maybe(row, "per_order"), 1),
          },
          {
            title: "Next 30 days",
            numeric: true,
            cell: (row, k) => fixed(`product.${k}.forecast`, n(row, "forecast"), 0),
          },
        ]),
      )}`,
  );
}
