import {
  bool,
  decimal,
  defineTable,
  float64,
  int32,
  int64,
  nullable,
  oneOf,
  type RowInput,
  seededRandom,
  timestamp,
  utf8,
} from "@lakewright/core";

const currencies = ["EUR", "USD", "GBP", "JPY", "INR"] as const;
const countries = ["US", "GB", "DE", "FR", "IN", "JP", "CN", "BR", "CA", "AU", "ES", "IT"];

/** Twelve columns of the kinds that payments have, five of them with nulls. */
export const payments = defineTable("payments", {
  payment_id: utf8(),
  user_id: utf8(),
  currency: oneOf(currencies),
  country: nullable(utf8()),
  quantity: int32(),
  score: nullable(float64()),
  amount: decimal(12, 2),
  fee: nullable(decimal(18, 4)),
  created_at: timestamp("us"),
  settled_at: nullable(timestamp("ms")),
  is_refund: nullable(bool()),
  sequence: int64(),
});

export type Payment = RowInput<typeof payments> & {
  readonly amount: string;
  readonly fee: string | null;
  readonly created_at: bigint;
  readonly settled_at: Date | null;
  readonly sequence: bigint;
};

/**
 * The same rows every time. Decimals are text, as JSON and Postgres drivers give them; text is in one piece, as parsers
 * make it: V8 keeps what was put together in pieces until it is first read.
 */
export function makePayments(count: number): Payment[] {
  const random = seededRandom(20261121);
  const below = (limit: number): number => random.integer(limit);
  const hex = (digits: number): string =>
    below(16 ** digits)
      .toString(16)
      .padStart(digits, "0");
  const flat = (text: string): string => Buffer.from(text, "latin1").toString("latin1");
  const users = Array.from({ length: 20_000 }, (_, i) =>
    flat(`user_${String(i).padStart(6, "0")}`),
  );
  const fixed = (digits: number, scale: number): string => {
    const text = String(digits).padStart(scale + 1, "0");
    return flat(`${text.slice(0, -scale)}.${text.slice(-scale)}`);
  };
  return Array.from({ length: count }, (_, i): Payment => {
    const created = 1_760_000_000_000_000 + i * 37_003 + below(30_000);
    return {
      payment_id: flat(`${hex(7)}${hex(1)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(6)}${hex(6)}`),
      user_id: random.pick(users),
      currency: random.pick(currencies),
      country: below(10) === 0 ? null : random.pick(countries),
      quantity: 1 + below(9),
      score: below(8) === 0 ? null : random.next() * 100,
      amount: fixed(1 + Math.floor(Math.exp(random.next() * 14)), 2),
      fee: below(4) === 0 ? null : fixed(below(2_000_000), 4),
      created_at: BigInt(created),
      settled_at: below(5) === 0 ? null : new Date(Math.floor(created / 1000) + below(86_400_000)),
      is_refund: below(6) === 0 ? null : below(20) === 0,
      sequence: BigInt(i) * 1_000_003n,
    };
  });
}
