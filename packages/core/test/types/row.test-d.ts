import {
  bool,
  type Decimal,
  date,
  decimal,
  defineTable,
  fromZod,
  int32,
  int64,
  list,
  map,
  naiveTimestamp,
  nullable,
  oneOf,
  type Row,
  type RowInput,
  struct,
  timestamp,
  utf8,
} from "@lakewright/core";
import { expectTypeOf, test } from "vitest";
import { z } from "zod";

const orders = defineTable("orders", {
  id: int64(),
  amount: decimal(12, 2),
  status: oneOf(["open", "paid"]),
  day: date(),
  at: timestamp("us"),
  seen: timestamp("ms"),
  clock: naiveTimestamp(),
  note: nullable(utf8()),
  tags: list(utf8()),
  address: struct({ city: utf8(), zip: nullable(utf8()) }),
  labels: map(utf8(), int32()),
  done: bool(),
});

test("a row has the type its columns say", () => {
  expectTypeOf<Row<typeof orders>>().toEqualTypeOf<{
    readonly id: bigint;
    readonly amount: Decimal;
    readonly status: "open" | "paid";
    readonly day: string;
    readonly at: bigint;
    readonly seen: Date;
    readonly clock: string;
    readonly note: string | null;
    readonly tags: readonly string[];
    readonly address: { readonly city: string; readonly zip: string | null };
    readonly labels: readonly (readonly [string, number])[];
    readonly done: boolean;
  }>();
});

test("a row to be written may leave nullable columns out and give exact values as text", () => {
  type Input = RowInput<typeof orders>;
  expectTypeOf<Input["amount"]>().toEqualTypeOf<Decimal | string | bigint | number>();
  expectTypeOf<Input["id"]>().toEqualTypeOf<bigint | number>();
  expectTypeOf<Pick<Input, "note">>().toEqualTypeOf<{
    readonly note?: string | null | undefined;
  }>();
  // @ts-expect-error a value outside the list
  const wrong: Input["status"] = "lost";
  void wrong;
});

test("a zod object keeps its output types, overrides take their place", () => {
  const people = fromZod(
    "people",
    z.object({
      name: z.string(),
      age: z.int32().optional(),
      born: z.iso.date().nullable(),
      joined: z.date(),
      balance: z.string(),
      roles: z.array(z.enum(["admin", "user"])),
    }),
    { balance: decimal(10, 2) },
  );
  expectTypeOf<Row<typeof people>>().toEqualTypeOf<{
    readonly name: string;
    readonly age: number | null;
    readonly born: string | null;
    readonly joined: Date;
    readonly balance: Decimal;
    readonly roles: readonly ("admin" | "user")[];
  }>();
});
