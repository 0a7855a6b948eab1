import {
  bool,
  date,
  decimal,
  defineTable,
  float64,
  int32,
  int64,
  nullable,
  type RowInput,
  seededRandom,
  timestamp,
  utf8,
} from "@lakewright/core";

/** Ten columns of the usual kinds. */
export const orders = defineTable("orders", {
  id: int64(),
  customer: utf8(),
  note: utf8(),
  country: nullable(utf8()),
  amount: decimal(14, 2),
  pieces: nullable(int32()),
  weight: float64(),
  paid: bool(),
  ordered_on: date(),
  ordered_at: timestamp("us"),
});
export type Order = RowInput<typeof orders>;

const COUNTRIES = ["FR", "DE", "BE", "IT", "ES", "PT", "NL", "LU"];
const AWKWARD = ['a\ttab, a "quote"', "two\nlines", "back\\slash 'n' all", "été \u{1F600}"];

/** Rows of a seed: 5 % without a country, 4 % without pieces, 1 % with characters that text formats have to escape. */
export function makeOrders(count: number): Order[] {
  const random = seededRandom(7);
  const start = Date.UTC(2024, 0, 1);
  return Array.from({ length: count }, (_, k): Order => {
    const at = start + Math.floor(random.next() * 700 * 86_400) * 1000;
    return {
      id: BigInt(k),
      customer: `customer-${Math.floor(random.next() * 100_000)}`,
      note: random.next() < 0.01 ? AWKWARD[k % AWKWARD.length]! : `order number ${k} of the year`,
      country: random.next() < 0.05 ? null : COUNTRIES[k % COUNTRIES.length]!,
      amount: (Math.floor(random.next() * 1_000_000) / 100).toFixed(2),
      pieces: random.next() < 0.04 ? null : Math.floor(random.next() * 100),
      weight: random.next() * 50,
      paid: random.next() < 0.7,
      ordered_on: new Date(at).toISOString().slice(0, 10),
      ordered_at: BigInt(at) * 1000n + BigInt(k % 1000),
    };
  });
}
