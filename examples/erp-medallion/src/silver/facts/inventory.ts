import { sql } from "@lakewright/sql";
import type { Cleaning } from "../clean/cleaning.ts";
import { inventory } from "../star/facts.ts";

/** Days of deliveries that stand for the days to come. */
const DEMAND_DAYS = 90;

/**
 * Stock at the end of the day. Days of supply: what is available over what was delivered a day in the last 90; null where
 * nothing was.
 */
export const inventoryCleaning: Cleaning = {
  table: inventory,
  source: "stock_item",
  with: ["stock_movement"],
  select: ({ rows, today }) => sql`WITH demand AS (
  SELECT "itemId" AS item, "storehouseId" AS storehouse, -sum(quantity) AS quantity FROM stock_movement
  WHERE type = 'Delivery' AND "movementDate" > CAST(${today} AS DATE) - ${DEMAND_DAYS} AND "movementDate" <= CAST(${today} AS DATE) GROUP BY ALL
)
SELECT CAST(s.id AS VARCHAR) AS _key,
  CASE WHEN row_number() OVER (PARTITION BY s."itemId", s."storehouseId" ORDER BY s.id) > 1 THEN 'duplicate_stock' END AS _reason,
  list_filter([CASE WHEN s."realStock" < 0 THEN 'quantity_on_hand:negative' END], x -> x IS NOT NULL) AS _dirt,
  CAST(${today} AS DATE) AS stock_date, s."itemId" AS product_id, s."storehouseId" AS warehouse_id,
  s."realStock" AS quantity_on_hand, s."reservedStock" AS quantity_reserved, s."realStock" - s."reservedStock" AS quantity_available,
  coalesce(s."reorderPoint", 0) AS reorder_point, s."stockValue" AS stock_value,
  CASE WHEN d.quantity > 0 THEN least(99999, round(${DEMAND_DAYS} * greatest(s."realStock" - s."reservedStock", 0) / d.quantity, 1)) END AS days_of_supply
FROM ${rows} s LEFT JOIN demand d ON d.item = s."itemId" AND d.storehouse = s."storehouseId"`,
};
