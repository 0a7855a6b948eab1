import type { Random } from "@lakewright/core";
import { between, chance } from "../draw.ts";
import { isWeekend, type Day } from "../time.ts";
import type { Items } from "../stock/items.ts";
import { stockedLines } from "../counts.ts";
import type { World } from "../world.ts";
import { price } from "./amounts.ts";
import {
  type Chain,
  drawLineCount,
  fitLines,
  type Line,
  markDocuments,
  newChain,
} from "./chain.ts";

/** Documents of each kind in the seed's 23,837; invoices are the rest. */
const KINDS = { Quote: 5_400, Order: 5_900, Delivery: 2_600, CreditNote: 750 } as const;

/** How all sale documents hang together, in exactly the numbers of the seed; customers and days come later. */
export function planSales(world: World, random: Random, items: Items): Chain[] {
  const { counts } = world;
  const documents = counts.rows("SaleDocument");
  const quotes = counts.of(KINDS.Quote);
  const orders = counts.of(KINDS.Order);
  const deliveries = counts.of(KINDS.Delivery);
  const credits = counts.of(KINDS.CreditNote);
  const invoices = documents - quotes - orders - deliveries - credits;
  const accepted = Math.round(quotes * 0.62);
  const invoicedOrders = Math.round(orders * 0.83);
  const chains: Chain[] = [];
  const add = (kinds: string[]): void => {
    const partial = kinds.includes("CreditNote") && chance(random, 0.6);
    chains.push(newChain(kinds, partial, drawLineCount(random, 3.85)));
  };
  for (let i = 0; i < quotes - accepted; i++) add(["Quote"]);
  // Credit notes are for invoices without an order as well as for others, one in three.
  const creditedOrders = Math.floor(credits / 3);
  const order = random.shuffle(Array.from({ length: orders }, (_, i) => i));
  order.forEach((rank, i) => {
    const kinds = rank < accepted ? ["Quote", "Order"] : ["Order"];
    if (i < deliveries) kinds.push("Delivery");
    // Of the orders that were delivered nearly all are invoiced, of the others the rest.
    const invoiced =
      i < invoicedOrders - 40 * counts.scale || i >= orders - Math.round(40 * counts.scale);
    if (invoiced) kinds.push("Invoice");
    if (invoiced && i < creditedOrders) kinds.push("CreditNote");
    add(kinds);
  });
  const withInvoice = chains.filter(({ kinds }) => kinds.includes("Invoice")).length;
  const withCredit = chains.filter(({ kinds }) => kinds.includes("CreditNote")).length;
  for (let i = 0; i < invoices - withInvoice; i++)
    add(i < credits - withCredit ? ["Invoice", "CreditNote"] : ["Invoice"]);
  fitLines(random, chains, counts.rows("SaleDocumentLine") - counts.dirt("commentLines"));
  const foreignDocuments = counts.dirt("foreignCurrency");
  markDocuments(
    random,
    chains,
    foreignDocuments,
    () => true,
    (chain) => (chain.foreign = true),
  );
  markDocuments(
    random,
    chains,
    counts.rows("SaleDocumentVat") - documents,
    (chain) => chain.lineCount > 1 && !chain.partialCredit && !chain.foreign,
    (chain) => (chain.twoRates = true),
  );
  fillLines(random, chains, items, counts.of(stockedLines.delivered));
  return chains;
}

/** Items, quantities and discounts for the lines of chains; `stocked` of the lines of deliveries move stock. */
export function fillLines(
  random: Random,
  chains: readonly Chain[],
  items: Items,
  stocked: number,
): void {
  for (const chain of chains) {
    const moves = chain.kinds.includes("Delivery");
    const open = chain.kinds.at(-1) === "Quote" || chain.kinds.at(-1) === "Order";
    const common = chain.foreign ? "EXP" : chance(random, 0.1) ? "V10" : "V20";
    for (let i = 0; i < chain.lineCount; i++) {
      const item = open && !moves ? items.drawAny(random) : items.drawUntracked(random);
      const vatId = chain.twoRates ? (i % 3 === 1 ? "V10" : "V20") : common;
      chain.lines.push(newLine(random, item, vatId));
    }
  }
  const delivered = chains.filter(({ kinds }) => kinds.includes("Delivery"));
  for (const line of random.shuffle(delivered.flatMap(({ lines }) => lines)).slice(0, stocked)) {
    const item = items.drawSold(random);
    Object.assign(line, newLine(random, item, line.vatId), { stocked: true });
  }
}

const discounts = [0, 0, 0, 0, 0, 0, 500, 500, 1000, 1500, 2000];

function newLine(random: Random, item: Line["item"], vatId: string): Line {
  const isHours = item.row.unitId === "H";
  return {
    item,
    itemId: item.row.id,
    quantity: isHours
      ? 250 * between(random, 1, 32)
      : 1000 * Math.ceil(-Math.log(1 - random.next()) * (item.price > 3_000_000 ? 1.2 : 3.5)),
    price: item.price,
    discountRate: discounts[random.integer(discounts.length)]!,
    discount: 0,
    net: 0,
    vatId,
    cost: 0,
    storehouseId: storehouseOf(item.row.id),
    stocked: false,
  };
}

/** An item is delivered from one storehouse, rather the main one. */
export function storehouseOf(itemId: string): string {
  const digit = Number(itemId.slice(-2)) % 20;
  return digit < 15 ? "DEP1" : digit < 18 ? "DEP2" : "DEP3";
}

/** Prices follow the year (3 % a year) and the currency; lines then have their amounts. */
export function priceLines(lines: readonly Line[], day: Day, last: Day, rate: number): void {
  const inflation = 0.97 ** Math.max(0, (last - day) / 365);
  for (const line of lines) {
    if (line.quantity <= 0) line.quantity = 1000;
    line.price = Math.max(100, Math.round((line.item.price * inflation * 1_000_000) / rate));
    price(line);
  }
}

/** A workday; more in autumn and winter, fewer in August, and the company grows. */
export function drawSaleDay(random: Random, first: Day, last: Day): Day {
  for (;;) {
    const day = first + random.integer(last - first + 1);
    if (isWeekend(day)) continue;
    const month = new Date(day * 86_400_000).getUTCMonth();
    const season = [1, 0.9, 0.85, 0.75, 0.7, 0.75, 0.65, 0.35, 0.85, 1, 1, 0.8][month]!;
    const growth = 0.65 + (0.35 * (day - first)) / Math.max(1, last - first);
    if (random.next() < season * growth) return day;
  }
}
