import { Decimal, type Random, type RowInput, seededRandom } from "@lakewright/core";
import { cities, type Product, products, type sales, testCity } from "./shop.ts";

type Sale = RowInput<typeof sales>;

const DAY_US = 86_400_000_000n;
const BUSIEST_HOURS = [8, 9, 12, 13, 16, 17, 18];

/** A month of one channel, in order of time. The same month has the same rows, whatever was drawn before. */
export function receiptsOf(month: Month, channel: Sale["channel"], rows: number): Sale[] {
  const random = seededRandom(7).fork(month.index * 2 + (channel === "shop" ? 1 : 0));
  const moments = Array.from({ length: rows }, () => momentIn(month, random));
  moments.sort((a, b) => (a < b ? -1 : 1));
  const first = BigInt(month.index * 2 + (channel === "shop" ? 1 : 0)) * 1_000_000n;
  return moments.map((at, k) => receipt(first + BigInt(k), at, month, channel, random));
}

export interface Month {
  /** From the first month on. */
  readonly index: number;
  readonly year: number;
  /** From 0. */
  readonly month: number;
}

export function monthsFrom(year: number, count: number): Month[] {
  return Array.from({ length: count }, (_, index) => ({
    index,
    year: year + Math.floor(index / 12),
    month: index % 12,
  }));
}

function receipt(
  sale_id: bigint,
  sold_at: bigint,
  month: Month,
  channel: Sale["channel"],
  random: Random,
): Sale {
  const product = pick(random, month);
  const quantity = product.category === "Pastry" ? 1 + random.integer(4) : 1 + random.integer(2);
  const day = new Date(Number(sold_at / 1000n)).toISOString().slice(0, 10);
  const isTest = channel === "shop" && random.integer(200) === 0;
  return {
    sale_id,
    sold_at,
    day,
    month: day.slice(0, 7),
    channel,
    city: isTest ? testCity : random.pick(cities),
    category: product.category,
    product: product.name,
    quantity,
    amount: new Decimal(BigInt(priceIn(product, month) * quantity), 2),
    customer: `c${random.integer(20_000)}`,
    receipt: hex(random) + hex(random) + hex(random),
    note: random.integer(40) === 0 ? random.pick(["returned", "staff discount", "gift"]) : null,
  };
}

/** People drink cold brew in summer, and give presents in December. */
function pick(random: Random, { month }: Month): Product {
  const summer = month >= 5 && month <= 7;
  const weights = products.map(({ name, category, weight }) => {
    if (summer && name.startsWith("Cold brew")) return weight * 3;
    if (summer && category === "Tea") return weight * 0.6;
    if (month === 11 && (category === "Gift cards" || category === "Equipment")) return weight * 3;
    return weight;
  });
  let at = random.next() * weights.reduce((sum, weight) => sum + weight, 0);
  const k = weights.findIndex((weight) => (at -= weight) < 0);
  return products[k < 0 ? 0 : k]!;
}

/** Coffee became dearer. */
function priceIn({ category, cents }: Product, { index }: Month): number {
  return category === "Coffee" ? Math.round(cents * (1 + index * 0.008)) : cents;
}

function momentIn({ year, month }: Month, random: Random): bigint {
  const start = BigInt(Date.UTC(year, month, 1)) * 1000n;
  const days = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const hour = random.integer(3) === 0 ? 7 + random.integer(13) : random.pick(BUSIEST_HOURS);
  const within = hour * 3_600_000_000 + random.integer(3_600_000_000);
  return start + BigInt(random.integer(days)) * DAY_US + BigInt(within);
}

function hex(random: Random): string {
  return random
    .integer(2 ** 32)
    .toString(16)
    .padStart(8, "0");
}
