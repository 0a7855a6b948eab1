import { decimal, utf8, type RowInput } from "@lakewright/core";
import { calendar, dimension, fact } from "@lakewright/warehouse";
import { expect, expectTypeOf, it } from "vitest";

it("infers what rows a fact takes from its dimensions, grain and measures", () => {
  const users = dimension("dim_users", {
    key: ["user_id"],
    versioning: "scd2",
    columns: { user_id: utf8(), country: utf8() },
  });
  const sales = fact("fact_sales", {
    grain: ["transaction_id"],
    dimensions: {
      user: users,
      date: calendar("dim_date"),
      paid: { dimension: calendar("dim_date"), key: { date: "paid_on" } },
    },
    measures: { amount: decimal(14, 2) },
  });
  expect(sales.roles.map((role) => role.column)).toEqual(["user_key", "date_key", "paid_key"]);
  type Input = RowInput<(typeof sales)["input"]>;
  expectTypeOf<keyof Input>().toEqualTypeOf<
    "user_id" | "date" | "paid_on" | "transaction_id" | "amount"
  >();
  expectTypeOf<Input["user_id"]>().toEqualTypeOf<string>();
});
