import { vatRates } from "../references.ts";
import { centsOf, euros, priceOf, quantityOf, shareOf } from "../money.ts";
import type { Line } from "./chain.ts";

/** What a document's lines add up to, in cents of its currency; cost in cents of a euro. */
export interface Totals {
  readonly net: number;
  readonly vat: number;
  readonly cost: number;
  /** Base and VAT by rate. */
  readonly byVat: ReadonlyMap<string, { readonly base: number; readonly vat: number }>;
  /** VAT of each line: those of one rate add up to the rounded VAT of the rate. */
  readonly lineVat: readonly number[];
}

/** Amounts of a line from its quantity, price and discount. */
export function price(line: Line): void {
  const gross = centsOf(line.quantity, line.price);
  line.discount = shareOf(gross, line.discountRate);
  line.net = gross - line.discount;
  line.cost = centsOf(line.quantity, line.item.cost);
}

/** @param sign - -1 for a credit note */
export function totalsOf(lines: readonly Line[], sign: 1 | -1): Totals {
  const byVat = new Map<string, { base: number; vat: number }>();
  const lineVat: number[] = [];
  let net = 0;
  let vat = 0;
  let cost = 0;
  for (const line of lines) {
    let rate = byVat.get(line.vatId);
    if (!rate) byVat.set(line.vatId, (rate = { base: 0, vat: 0 }));
    rate.base += sign * line.net;
    // What is due on all lines so far, less what the lines before have: no cent is lost by rounding each.
    const due = shareOf(rate.base, vatRates[line.vatId]!);
    lineVat.push(due - rate.vat);
    vat += due - rate.vat;
    rate.vat = due;
    net += sign * line.net;
    cost += sign * line.cost;
  }
  return { net, vat, cost, byVat, lineVat };
}

/** The columns that lines of sales and purchases share. */
export function lineAmounts(line: Line, vat: number, sign: 1 | -1) {
  return {
    lineType: "Item" as const,
    itemId: line.itemId,
    description: line.item.row.caption,
    quantity: quantityOf(sign * line.quantity),
    unitId: line.item.row.unitId ?? null,
    unitPriceVatExcluded: priceOf(line.price),
    discountRate: line.discountRate / 100,
    discountAmount: euros(sign * line.discount),
    netAmountVatExcluded: euros(sign * line.net),
    vatId: line.vatId,
    vatRate: vatRates[line.vatId]! / 100,
    vatAmount: euros(vat),
    netAmountVatIncluded: euros(sign * line.net + vat),
  };
}

/** A line that only says something. */
export function commentLine(description: string) {
  return {
    lineType: "Comment" as const,
    itemId: null,
    description,
    quantity: 0,
    unitId: null,
    unitPriceVatExcluded: 0,
    discountRate: 0,
    discountAmount: 0,
    netAmountVatExcluded: 0,
    vatId: null,
    vatRate: 0,
    vatAmount: 0,
    netAmountVatIncluded: 0,
  };
}
