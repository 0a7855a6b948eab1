import { barList, figure, type Html, html, num, section } from "@lakewright/example-report-kit";
import { bigEuro } from "../format.ts";
import { type DashboardReader, n, text } from "../reader.ts";

/** Where revenue comes from. */
export async function regionsSection(reader: DashboardReader): Promise<Html> {
  const regions =
    await reader.rows(`SELECT COALESCE(l.region, 'not known') AS region, sum(s.total_revenue) AS revenue
FROM sales_by_region s LEFT JOIN dim_location l ON l.location_key = s.location_key GROUP BY COALESCE(l.region, 'not known') ORDER BY sum(s.total_revenue) DESC`);
  const kinds =
    await reader.rows(`SELECT COALESCE(l.urban_rural_flag, 'not known') AS kind, count(*) AS customers, sum(s.lifetime_value) AS revenue
FROM sales_by_customer s JOIN dim_customer c ON c.customer_key = s.customer_key
LEFT JOIN dim_location l ON l.zipcode = c.delivery_zipcode AND l.city = c.delivery_city GROUP BY COALESCE(l.urban_rural_flag, 'not known') ORDER BY sum(s.lifetime_value) DESC`);
  return section(
    "regions",
    "Regions",
    "By the place of delivery, all years.",
    html`<div class="grid">
      ${figure(
        "Revenue by region",
        barList(
          regions.map((row, k) => ({
            label: text(row, "region"),
            size: n(row, "revenue"),
            value: bigEuro(`region.${k}`, n(row, "revenue")),
          })),
        ),
      )}
      ${figure(
        "Customers in town and country",
        barList(
          kinds.map((row, k) => ({
            label: text(row, "kind"),
            size: n(row, "customers"),
            value: html`${num(`kind.${k}`, n(row, "customers"))} ·
            ${bigEuro(`kind-revenue.${k}`, n(row, "revenue"))}`,
            colour: "green",
          })),
        ),
        "Urban from 1,500 inhabitants a km², rural under 300 (Eurostat). Customers, and their lifetime value.",
      )}
    </div>`,
  );
}
