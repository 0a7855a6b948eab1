import {
  bool,
  date,
  decimal,
  defineTable,
  int64,
  list,
  nullable,
  oneOf,
  timestamp,
  utf8,
} from "@lakewright/core";
import { defineContract } from "@lakewright/quality";
import { test } from "vitest";

const orders = defineTable("orders", {
  id: int64(),
  amount: nullable(decimal(12, 2)),
  currency: oneOf(["EUR", "USD"]),
  day: date(),
  at: timestamp("us"),
  seen: nullable(timestamp("ms")),
  paid: bool(),
  tags: list(utf8()),
  note: nullable(utf8()),
});

test("a check that does not fit a column's type does not compile", () => {
  defineContract(
    orders,
    (t) => [
      t.amount.between({ min: "0.01", max: 5n }),
      t.amount.mean({ min: 1 }),
      t.seen.freshness({ maxAgeHours: 1 }),
      t.at.between({ min: new Date(0), max: 5n }),
      t.day.between({ min: "2026-01-01" }),
      t.note.matches(/^a/),
      t.currency.oneOf(["EUR"]),
      t.$compare("at", "<=", "at"),
      t.$satisfies("paid", (row) => row.paid && (row.note ?? "").length > 0),
      // @ts-expect-error a number has no pattern
      t.id.matches("a"),
      // @ts-expect-error an instant has no sum
      t.at.sum({ min: 1 }),
      // @ts-expect-error a text has no mean
      t.note.mean({ min: 1 }),
      // @ts-expect-error a day is no instant
      t.day.freshness({ maxAgeHours: 1 }),
      // @ts-expect-error a boolean has no order
      t.paid.between({ min: true }),
      // @ts-expect-error a list has no order
      t.tags.between({ min: [] }),
      // @ts-expect-error not of the closed list
      t.currency.oneOf(["CHF"]),
      // @ts-expect-error an amount is compared with numbers
      t.amount.between({ min: new Date(0) }),
      // @ts-expect-error a sum has no tolerance by rows
      t.amount.sum({ min: 1 }, { mostly: 0.5 }),
      // @ts-expect-error null is no question of its own here
      t.id.notNull({ nulls: "fail" }),
      // @ts-expect-error no such column
      t.$unique(["nothing"]),
      // @ts-expect-error an instant and a text
      t.$compare("at", "<=", "note"),
      // @ts-expect-error no such column
      t.nothing,
    ],
    { key: ["id"] },
  );
  // @ts-expect-error no such column
  defineContract(orders, () => [], { key: ["nothing"] });
});
