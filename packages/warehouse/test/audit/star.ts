import { date, decimal, nullable, utf8 } from "@lakewright/core";
import { dimension, fact } from "@lakewright/warehouse";

/** A small star with something to hide in it. */
export const users = dimension("dim_users", {
  key: ["user_id"],
  versioning: "scd2",
  surrogateKey: "user_key",
  columns: { user_id: utf8(), email: nullable(utf8()), country: nullable(utf8()) },
});
export const sales = fact("fact_sales", {
  grain: ["sale"],
  dimensions: { user: users },
  attributes: { sold_on: date(), country: utf8() },
  measures: { amount: decimal(14, 2) },
  eventTime: "sold_on",
});
export const userRows = [
  { user_id: "u1", email: "ann@example.org", country: "FR" },
  { user_id: "u2", email: "bob", country: "BE" },
  { user_id: "u3", email: null, country: "FR" },
];
export const saleRows = [
  { sale: "s1", user_id: "u1", sold_on: "2024-01-10", country: "FR", amount: "10.00" },
  { sale: "s2", user_id: "u2", sold_on: "2026-01-10", country: "BE", amount: "20.00" },
  { sale: "s3", user_id: "u1", sold_on: "2026-06-10", country: "FR", amount: "30.00" },
];
