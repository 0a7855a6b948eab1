import { sql } from "@lakewright/sql";
import type { Cleaning } from "../clean/cleaning.ts";
import { products } from "../star/dimensions.ts";

/** Items; the margin is that of the list prices. */
export const productCleaning: Cleaning = {
  table: products,
  source: "item",
  with: ["item_family", "item_sub_family", "unit"],
  reach: {
    from: ["item"],
    ids: async ({ workbench }) =>
      (await workbench.changed("item")) ? [sql`SELECT id FROM changed_item`] : [],
  },
  select: ({ rows }) => sql`SELECT s.id AS _key, CASE WHEN clean_text(s.id) IS NULL THEN 'no_key'
    WHEN s."costPrice" < 0 OR s."salePrice" < 0 THEN 'negative_price' END AS _reason,
  list_filter([dirt_of('name', s.caption, clean_text(s.caption), 'empty')], x -> x IS NOT NULL) AS _dirt,
  s.id AS product_id, clean_text(s.caption) AS name, clean_text(s.reference) AS reference, f.caption AS family_name,
  sf.caption AS subfamily_name, f.universe AS category_l1, f.caption AS category_l2, sf.caption AS category_l3,
  s.type, u.caption AS unit, s."costPrice" AS cost_price, s."salePrice" AS selling_price,
  CASE WHEN s."salePrice" > 0 THEN round(100.0 * (s."salePrice" - s."costPrice") / s."salePrice", 2) END AS margin_percent,
  s.active AS is_active
FROM ${rows} s LEFT JOIN item_family f ON f.id = s."familyId" LEFT JOIN item_sub_family sf ON sf.id = s."subFamilyId"
LEFT JOIN unit u ON u.id = s."unitId"`,
};
