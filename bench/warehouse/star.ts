import { decimal, int32, type RowInput, seededRandom, utf8 } from "@lakewright/core";
import { calendar, dimension, fact } from "@lakewright/warehouse";

/** A star of three dimensions: a calendar of ten years, 100,000 customers, 10,000 products. */
export const customers = dimension("dim_customer", {
  key: ["customer"],
  columns: { customer: utf8(), country: utf8() },
});
export const products = dimension("dim_product", {
  key: ["product"],
  columns: { product: utf8(), family: utf8() },
});
export const days = calendar("dim_date", { from: "2017-01-01", to: "2026-12-31" });
export const sales = fact("fact_sales", {
  grain: ["sale"],
  dimensions: { customer: customers, product: products, date: days },
  measures: { amount: decimal(14, 2), pieces: int32() },
});
export type Sale = RowInput<(typeof sales)["input"]>;

export const CUSTOMERS = 100_000;
export const PRODUCTS = 10_000;
const DAYS = 3652;
const COUNTRIES = ["FR", "DE", "BE", "IT", "ES", "PT", "NL", "LU", "AT", "IE"];

export const customerRows: readonly RowInput<(typeof customers)["input"]>[] = Array.from(
  { length: CUSTOMERS },
  (_, k) => ({ customer: `customer-${k}`, country: COUNTRIES[k % 10]! }),
);
export const productRows: readonly RowInput<(typeof products)["input"]>[] = Array.from(
  { length: PRODUCTS },
  (_, k) => ({ product: `product-${k}`, family: `family-${k % 40}` }),
);

/** Sales of ten years: as they came, day by day, or with days in no order. */
export function makeSales(count: number, order: "by day" | "none" = "by day"): Sale[] {
  const random = seededRandom(3);
  const first = Date.UTC(2017, 0, 1);
  return Array.from({ length: count }, (_, k): Sale => {
    const since = order === "by day" ? Math.floor((k / count) * DAYS) : random.integer(DAYS);
    const day = new Date(first + since * 86_400_000);
    return {
      sale: `s${String(k).padStart(8, "0")}`,
      customer: `customer-${random.integer(CUSTOMERS)}`,
      product: `product-${random.integer(PRODUCTS)}`,
      date: day.toISOString().slice(0, 10),
      amount: (random.integer(100_000) / 100).toFixed(2),
      pieces: 1 + random.integer(9),
    };
  });
}
