import type { OrderColumns } from "./orders.ts";

/** The names of the columns, the defaults filled in. */
export function orderColumns(columns: OrderColumns): Required<{
  [K in keyof OrderColumns]: string;
}> {
  return {
    customer: columns.customer ?? "customer_id",
    time: columns.time ?? "created_at",
    amount: columns.amount ?? "amount",
  };
}
