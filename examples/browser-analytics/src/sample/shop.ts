import {
  date,
  decimal,
  defineTable,
  int32,
  int64,
  nullable,
  oneOf,
  timestamp,
  utf8,
} from "@lakewright/core";

/** A line of a receipt, of a chain of tea and coffee shops that also sells online. */
export const sales = defineTable("sales", {
  sale_id: int64(),
  sold_at: timestamp("us"),
  day: date(),
  month: utf8(),
  channel: oneOf(["online", "shop"]),
  city: utf8(),
  category: oneOf(["Coffee", "Tea", "Pastry", "Equipment", "Gift cards"]),
  product: utf8(),
  quantity: int32(),
  amount: decimal(10, 2),
  customer: utf8(),
  receipt: utf8(),
  note: nullable(utf8()),
});

export const cities = [
  "Berlin",
  "Hamburg",
  "Köln",
  "Leipzig",
  "München",
  "Wien",
  "Zürich",
] as const;

/** Where tills are tried out: these rows are no sales, and a later version is without them. */
export const testCity = "Test till";

export interface Product {
  readonly name: string;
  readonly category: "Coffee" | "Tea" | "Pastry" | "Equipment" | "Gift cards";
  readonly cents: number;
  /** How often it is sold, beside the others. */
  readonly weight: number;
}

export const products: readonly Product[] = [
  { name: "Espresso, 250 g", category: "Coffee", cents: 890, weight: 20 },
  { name: "Filter roast, 500 g", category: "Coffee", cents: 1450, weight: 16 },
  { name: "Decaf, 250 g", category: "Coffee", cents: 950, weight: 6 },
  { name: "Cold brew, 1 l", category: "Coffee", cents: 690, weight: 8 },
  { name: "Darjeeling, 100 g", category: "Tea", cents: 780, weight: 10 },
  { name: "Sencha, 100 g", category: "Tea", cents: 920, weight: 9 },
  { name: "Rooibos, 200 g", category: "Tea", cents: 640, weight: 7 },
  { name: "Croissant", category: "Pastry", cents: 240, weight: 18 },
  { name: "Almond cake", category: "Pastry", cents: 420, weight: 9 },
  { name: "Hand grinder", category: "Equipment", cents: 6900, weight: 2 },
  { name: "Moka pot", category: "Equipment", cents: 3490, weight: 3 },
  { name: "Tea pot", category: "Equipment", cents: 4200, weight: 2 },
  { name: "Gift card", category: "Gift cards", cents: 2500, weight: 4 },
];
