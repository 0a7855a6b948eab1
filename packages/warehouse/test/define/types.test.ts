import { type Decimal, decimal, int64, nullable, timestamp, utf8 } from "@lakewright/core";
import {
  bridge,
  calendar,
  dimension,
  fact,
  junkDimension,
  timeOfDay,
  type Warehouse,
} from "@lakewright/warehouse";
import { eq, type Expr, model, type ScopeOf, view } from "@lakewright/warehouse/models";
import { describe, expect, expectTypeOf, it } from "vitest";

const places = dimension("dim_places", {
  key: ["zip"],
  columns: { zip: utf8(), city: nullable(utf8()) },
});
const users = dimension("dim_users", {
  key: ["user_id"],
  versioning: "scd2",
  columns: { user_id: utf8(), country: nullable(utf8()) },
  references: { home: { dimension: places, key: { zip: "home_zip" }, absent: "unknown" } },
});
const flags = junkDimension("dim_flags", { columns: { paid: utf8(), gift: utf8() } });
const day = calendar("dim_date");
const sales = fact("fact_sales", {
  grain: ["sale_id"],
  dimensions: {
    user: users,
    flags,
    sold: { dimension: day, key: { date: "sold_at" } },
    time: { dimension: timeOfDay("dim_time"), key: { time: "sold_at" } },
  },
  attributes: { sold_at: timestamp("us") },
  measures: { amount: decimal(14, 2) },
});

describe("the types of a definition", () => {
  it("are natural keys in, surrogate keys out", () => {
    expectTypeOf<typeof sales.$row>().toEqualTypeOf<{
      readonly user_key: bigint;
      readonly flags_key: bigint;
      readonly sold_key: bigint;
      readonly time_key: bigint;
      readonly sale_id: string;
      readonly sold_at: bigint;
      readonly amount: Decimal;
    }>();
    expectTypeOf<keyof typeof sales.$insert>().toEqualTypeOf<
      "sale_id" | "user_id" | "paid" | "gift" | "sold_at" | "amount"
    >();
  });

  it("have the history of a dimension where it has one", () => {
    expectTypeOf<typeof users.$row>().toEqualTypeOf<{
      readonly users_key: bigint;
      readonly user_id: string;
      readonly country: string | null;
      readonly home_zip: string | null;
      readonly valid_from: bigint;
      readonly valid_to: bigint | null;
      readonly is_current: boolean;
    }>();
    expectTypeOf<typeof places.$row>().toEqualTypeOf<{
      readonly places_key: bigint;
      readonly zip: string;
      readonly city: string | null;
    }>();
    expectTypeOf<typeof users.$insert>().toEqualTypeOf<{
      readonly user_id: string;
      readonly country?: string | null | undefined;
      readonly home_zip?: string | null | undefined;
    }>();
  });

  it("let milestones come later, and add what is computed from them", () => {
    const orders = fact("fact_orders", {
      grain: ["order_id"],
      dimensions: {
        ordered: { dimension: day, key: { date: "ordered_on" } },
        shipped: { dimension: day, key: { date: "shipped_on" } },
      },
      measures: { amount: int64() },
      milestones: ["ordered", "shipped"],
      lags: { days_to_ship: ["ordered", "shipped"] },
    });
    expectTypeOf(orders.$insert).toEqualTypeOf<{
      readonly order_id: string;
      readonly amount: bigint | number;
      readonly ordered_on?: string | null | undefined;
      readonly shipped_on?: string | null | undefined;
    }>();
    expectTypeOf(orders.$row).toEqualTypeOf<{
      readonly ordered_key: bigint;
      readonly shipped_key: bigint;
      readonly order_id: string;
      readonly amount: bigint;
      readonly days_to_ship: number | null;
    }>();
    const between = (): unknown =>
      fact("fact_orders", {
        grain: ["order_id"],
        dimensions: { ordered: { dimension: day, key: { date: "ordered_on" } } },
        milestones: ["ordered"],
        // @ts-expect-error: lags are between milestones
        lags: { days_to_pay: ["ordered", "paid"] },
      });
    expect(between).toThrow("it needs two of its milestones");
  });

  it("have the columns of a snapshot and a number of its own", () => {
    const stock = fact("fact_stock", {
      grain: ["user"],
      dimensions: { user: users },
      measures: { amount: int64() },
      snapshot: { date: "day", version: "version" },
      surrogateKey: "stock_id",
    });
    expectTypeOf(stock.$row).toEqualTypeOf<{
      readonly user_key: bigint;
      readonly amount: bigint;
      readonly stock_id: bigint;
      readonly day: string;
      readonly version: number;
    }>();
  });

  it("weigh the members of a bridge", () => {
    const owners = bridge("bridge_owners", {
      between: { account: { dimension: places, key: { zip: "account" } }, owner: users },
    });
    expectTypeOf(owners.$row).toEqualTypeOf<{
      readonly account_key: bigint;
      readonly owner_key: bigint;
      readonly weight: Decimal;
    }>();
    expectTypeOf<typeof owners.$insert>().toEqualTypeOf<{
      readonly account: string;
      readonly user_id: string;
      readonly weight: Decimal | string;
    }>();
    // @ts-expect-error: a float of thirds would not add up to 1
    expectTypeOf({ account: "a", user_id: "u", weight: 1 / 3 }).toExtend<typeof owners.$insert>();
  });

  it("refuse a value that is no money, a key that is no column and a dimension that is none", () => {
    const row = { sale_id: "s", user_id: "u", paid: "y", gift: "n", sold_at: 1n };
    expectTypeOf({ ...row, amount: "1.00" }).toExtend<typeof sales.$insert>();
    // @ts-expect-error: a truth is no money
    expectTypeOf({ ...row, amount: true }).toExtend<typeof sales.$insert>();
    // @ts-expect-error: a natural key is missing
    expectTypeOf({ sale_id: "s", amount: "1.00", sold_at: 1n }).toExtend<typeof sales.$insert>();
    if (Math.PI > 4) {
      // @ts-expect-error: the key names no column
      dimension("dim_x", { key: ["nobody"], columns: { id: utf8() } });
      // @ts-expect-error: a milestone is a role
      fact("fact_x", { grain: ["id"], dimensions: {}, milestones: ["nobody"] });
      // @ts-expect-error: a column is no dimension
      fact("fact_x", { grain: ["id"], dimensions: { user: utf8() } });
      const warehouse = undefined as unknown as Warehouse;
      // @ts-expect-error: a truth is no money
      void warehouse.load(sales, [{ ...row, amount: true }]);
      void warehouse.load(sales, [{ ...row, amount: "1.50" }]);
      // @ts-expect-error: members are named by their natural key
      void warehouse.delete(users, [{ users_key: 1n }]);
    }
  });
});

describe("a star in a query", () => {
  it("has the columns that are stored", () => {
    type Scope = ScopeOf<{ s: typeof sales; u: typeof users; d: typeof day }>;
    expectTypeOf<Scope["s"]["user_key"]>().toEqualTypeOf<Expr<bigint>>();
    expectTypeOf<Scope["s"]["amount"]>().toEqualTypeOf<Expr<Decimal>>();
    expectTypeOf<Scope["u"]["users_key"]>().toEqualTypeOf<Expr<bigint>>();
    expectTypeOf<Scope["u"]["valid_to"]>().toEqualTypeOf<Expr<bigint | null>>();
    expectTypeOf<Scope["d"]["date_key"]>().toEqualTypeOf<Expr<bigint>>();
    // A natural key of a fact stays with its dimension.
    expectTypeOf<Scope["s"]>().not.toHaveProperty("user_id");
    const spent = model("spent", {
      columns: { country: nullable(utf8()), amount: decimal(14, 2) },
      materialize: view(),
      select: ({ from }) =>
        from({ s: sales })
          .join({ u: users }, ({ s, u }) => eq(s.user_key, u.users_key))
          .where(({ u }) => eq(u.is_current, true))
          .select(({ s, u }) => ({ country: u.country, amount: s.amount })),
    });
    expect(spent.name).toBe("spent");
  });
});
