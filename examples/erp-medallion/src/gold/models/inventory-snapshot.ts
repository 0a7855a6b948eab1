import { decimal, float64, int64, nullable, utf8 } from "@lakewright/core";
import { acceptedValues, caseWhen, expr, incremental, model } from "@lakewright/warehouse/models";
import { inventory } from "../../silver/star/facts.ts";
import { asDouble } from "../shared.ts";

const quantity = decimal(14, 3);
/** Days of supply under which stock is about to run out, and under which it should be watched. */
const SCARCE_DAYS = 7;
const WATCHED_DAYS = 30;
/** Days an order should last beyond the reorder point. */
const ORDER_FOR_DAYS = 30;

export const inventorySnapshotDaily = model("inventory_snapshot_daily", {
  description: "Stock of each product in each depot at the end of the day, and what to order.",
  columns: {
    date_id: int64(),
    product_key: int64(),
    warehouse_key: int64(),
    quantity_on_hand: quantity,
    quantity_reserved: quantity,
    quantity_available: quantity,
    reorder_point: quantity,
    stock_value: decimal(14, 2),
    days_of_supply: nullable(decimal(12, 1)),
    stock_out_risk_level: utf8(),
    reorder_recommendation: float64(),
  },
  grain: ["date_id", "product_key", "warehouse_key"],
  materialize: incremental({ by: "partition", column: "date_id" }),
  tests: [acceptedValues("stock_out_risk_level", ["Low", "Medium", "High"])],
  docs: {
    days_of_supply:
      "Available / mean deliveries a day of the last 90; null where nothing was delivered.",
    stock_out_risk_level:
      "High: demand or a reorder point, and nothing available or less than 7 days of supply. Medium: not more than the reorder point, or less than 30 days. Low: the rest.",
    reorder_recommendation:
      "Where not more than the reorder point is available: what is missing to it, and 30 days of the demand beyond.",
  },
  select: ({ from, changed }) =>
    from({ i: inventory })
      .where(({ i }) => changed(i.date_key))
      .select(({ i }) => {
        const { quantity_available: available, reorder_point: point, days_of_supply: days } = i;
        const wanted = expr`(${point} > 0 OR ${days} IS NOT NULL)`;
        const daily = expr<number>`COALESCE(${asDouble(available)} / NULLIF(${days}, 0), 0)`;
        return {
          date_id: i.$<bigint>("date_key"),
          product_key: i.$<bigint>("product_key"),
          warehouse_key: i.$<bigint>("warehouse_key"),
          quantity_on_hand: i.quantity_on_hand,
          quantity_reserved: i.quantity_reserved,
          quantity_available: available,
          reorder_point: point,
          stock_value: i.stock_value,
          days_of_supply: days,
          stock_out_risk_level: caseWhen<string>(
            [
              [expr`${wanted} AND (${available} <= 0 OR ${days} < ${SCARCE_DAYS})`, "High"],
              [
                expr`${wanted} AND (${available} <= ${point} OR ${days} < ${WATCHED_DAYS})`,
                "Medium",
              ],
            ],
            "Low",
          ),
          reorder_recommendation: caseWhen<number>(
            [
              [
                expr`${wanted} AND ${available} <= ${point}`,
                expr<number>`(1e0 * ${point} - ${available} + ${ORDER_FOR_DAYS} * ${daily})`,
              ],
            ],
            expr<number>`0e0`,
          ),
        };
      }),
});
