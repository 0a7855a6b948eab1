import type { JobOptions } from "@lakewright/core";
import { unchecked } from "../options.ts";
import type { Instant } from "./instant.ts";
import type { OrderColumnNames, OrderColumns } from "./orders.ts";

const name = unchecked<string | undefined>(undefined);

/** The options that fitting and predicting have in common; the values are checked where they are used. */
export const historyRules = {
  customer: name,
  time: name,
  amount: name,
  asOf: unchecked<Instant | undefined>(undefined),
  signal: unchecked<JobOptions["signal"]>(undefined),
};

/** The names of the columns, the defaults filled in. */
export function orderColumns(columns: OrderColumns): OrderColumnNames {
  return {
    customer: columns.customer ?? "customer_id",
    time: columns.time ?? "created_at",
    amount: columns.amount ?? "amount",
  };
}
