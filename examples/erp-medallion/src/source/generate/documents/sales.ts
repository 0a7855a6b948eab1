import { tables } from "../../schema/index.ts";
import { between, chance, sample } from "../draw.ts";
import { euros, priceOf } from "../money.ts";
import type { Colleagues } from "../parties/colleagues.ts";
import type { Customer, Customers } from "../parties/customers.ts";
import type { References } from "../references.ts";
import type { Items } from "../stock/items.ts";
import { type Day, dayText, stamps, workday } from "../time.ts";
import { type AnyRow, put, type RowOf, type World } from "../world.ts";
import { commentLine, lineAmounts, type Totals, totalsOf } from "./amounts.ts";
import type { Chain } from "./chain.ts";
import { drawSaleDay, planSales, priceLines } from "./sale-chains.ts";

/** A document before its number is known. */
export interface SaleDraft {
  readonly kind: RowOf<"saleDocument">["documentType"];
  readonly chain: Chain;
  readonly customer: Customer;
  readonly colleagueId: string | null;
  readonly day: Day;
  readonly currencyId: string;
  /** Millionths of a euro. */
  readonly rate: number;
  readonly state: RowOf<"saleDocument">["state"];
  readonly origin: SaleDraft | undefined;
  id: number;
  dealId: number | null;
  firstLineId: number;
  totals: Totals;
  row: RowOf<"saleDocument">;
}

export interface Sales {
  readonly drafts: readonly SaleDraft[];
  readonly documents: readonly RowOf<"saleDocument">[];
  readonly lines: readonly RowOf<"saleDocumentLine">[];
}

export interface SaleParties {
  readonly customers: Customers;
  readonly colleagues: Colleagues;
  readonly references: References;
  readonly items: Items;
}

/** A document without its rows. */
export type UnwrittenSale = Omit<SaleDraft, "totals" | "row">;

/** Days from a document to the one made of it. */
const delays = { Order: 12, Delivery: 18, Invoice: 7, CreditNote: 35 } as const;
/** Of document numbers. */
export const prefixes = {
  Quote: "DE",
  Order: "CC",
  Delivery: "BL",
  Invoice: "FA",
  CreditNote: "AV",
};

/** The chains with customers and days: documents in the order of their days. */
export function draftSales(world: World, parties: SaleParties): SaleDraft[] {
  const random = world.random("sales");
  const chains = planSales(world, random, parties.items);
  const drafts: UnwrittenSale[] = [];
  for (const chain of chains) draftChain(world, random, chain, parties, drafts);
  soilItems(world, chains);
  drafts.sort((a, b) => a.day - b.day);
  drafts.forEach((draft, i) => (draft.id = i + 1));
  return drafts as SaleDraft[];
}

/** The documents of a chain: a customer, days, states. Clipped to the days of the world. */
export function draftChain(
  world: World,
  random: ReturnType<World["random"]>,
  chain: Chain,
  { customers, colleagues, references }: SaleParties,
  into: UnwrittenSale[],
): void {
  const { first, last } = world;
  const lastKind = chain.kinds.at(-1)!;
  const isOpen = (lastKind === "Quote" || lastKind === "Order") && chance(random, 0.25);
  let day = isOpen ? Math.max(first, last - random.integer(45)) : drawSaleDay(random, first, last);
  day = Math.min(last, workday(day) > last ? day : workday(day));
  chain.day = day;
  const customer = chain.foreign ? customers.drawForeign(random) : customers.draw(random, day);
  const currencyId = customer.row.currencyId;
  const rate = references.rateAt(currencyId, day);
  priceLines(chain.lines, day, last, rate);
  const colleagueId = chance(random, 0.9)
    ? (customer.row.colleagueId ?? null)
    : random.pick(colleagues.sellers).id;
  let origin: UnwrittenSale | undefined;
  for (const [i, kind] of (chain.kinds as (keyof typeof prefixes)[]).entries()) {
    if (i > 0) day = Math.min(last, workday(day + random.integer(delays[kind as "Order"])));
    const isLast = i === chain.kinds.length - 1;
    const state =
      kind === "Quote"
        ? isLast
          ? isOpen
            ? "Open"
            : "Refused"
          : "Accepted"
        : kind === "Order"
          ? chain.kinds.includes("Invoice")
            ? "Invoiced"
            : chain.kinds.includes("Delivery")
              ? "Delivered"
              : isOpen
                ? "Open"
                : "Cancelled"
          : "Final";
    const draft: UnwrittenSale = {
      kind,
      chain,
      customer,
      colleagueId,
      day,
      currencyId,
      rate,
      state,
      origin: origin as SaleDraft | undefined,
      id: 0,
      dealId: null,
      firstLineId: 0,
    };
    into.push(draft);
    origin = draft;
  }
}

/** Lines of items that were deleted: DIRT.orphanedLines of invoices made directly. */
function soilItems(world: World, chains: readonly Chain[]): void {
  const random = world.random("orphans");
  const direct = chains.filter(({ kinds }) => kinds.length === 1 && kinds[0] === "Invoice");
  for (const chain of sample(random, direct, world.counts.dirt("orphanedLines")))
    chain.lines[0]!.itemId = `ART9${between(random, 1000, 9999)}`;
}

/** What there is already: the rows that are written go on from it. */
export interface Before {
  readonly lines: number;
  readonly vats: number;
  /** The last number of each series, "FA25". */
  readonly numbers: ReadonlyMap<string, number>;
}

/** The rows of the documents, their lines, their VAT and their added fields. */
export function writeSales(
  world: World,
  drafts: readonly SaleDraft[],
  into: Map<string, Iterable<AnyRow>>,
  before: Before = { lines: 0, vats: 0, numbers: new Map() },
): Sales {
  const random = world.random("sale rows");
  const numbers = new Map(before.numbers);
  const documents: RowOf<"saleDocument">[] = [];
  const lines: RowOf<"saleDocumentLine">[] = [];
  const vats: RowOf<"saleDocumentVat">[] = [];
  const commented = new Set(
    sample(
      random,
      drafts.filter(({ kind }) => kind !== "CreditNote"),
      world.counts.dirt("commentLines"),
    ),
  );
  for (const draft of drafts) {
    const { kind, chain, customer, currencyId, day } = draft;
    const sign = kind === "CreditNote" ? -1 : 1;
    const own = sign < 0 && chain.partialCredit ? chain.lines.slice(0, 1) : chain.lines;
    const totals = (draft.totals = totalsOf(own, sign));
    const stamped = stamps(random, day, world.last, 25);
    draft.firstLineId = before.lines + lines.length + 1;
    own.forEach((line, i) => {
      lines.push({
        id: before.lines + lines.length + 1,
        documentId: draft.id,
        lineNumber: i + 1,
        ...lineAmounts(line, totals.lineVat[i]!, sign),
        costPrice: priceOf(line.item.cost),
        costAmount: euros(sign * line.cost),
        colleagueId: draft.colleagueId,
        storehouseId: line.stocked ? line.storehouseId : null,
        ...stamped,
      });
    });
    if (commented.has(draft)) {
      lines.push({
        id: before.lines + lines.length + 1,
        documentId: draft.id,
        lineNumber: own.length + 1,
        ...commentLine(random.pick(["Merci de votre confiance", "Selon  votre demande", "RAS"])),
        costPrice: 0,
        costAmount: 0,
        colleagueId: draft.colleagueId,
        storehouseId: null,
        ...stamped,
      });
    }
    for (const [vatId, { base, vat }] of totals.byVat) {
      vats.push({
        id: before.vats + vats.length + 1,
        documentId: draft.id,
        vatId,
        vatRate: vatId === "V20" ? 20 : vatId === "V10" ? 10 : 0,
        baseAmount: euros(base),
        vatAmount: euros(vat),
        ...stamped,
      });
    }
    const series = `${prefixes[kind]}${dayText(day).slice(2, 4)}`;
    const number = (numbers.get(series) ?? 0) + 1;
    numbers.set(series, number);
    draft.row = {
      id: draft.id,
      documentNumber: `${series}${String(number).padStart(5, "0")}`,
      documentDate: dayText(day),
      currencyId,
      currencyRate: draft.rate / 1_000_000,
      amountVatExcluded: euros(totals.net),
      vatAmount: euros(totals.vat),
      amountVatIncluded: euros(totals.net + totals.vat),
      lineCount: own.length + (commented.has(draft) ? 1 : 0),
      documentType: kind,
      state: draft.state,
      customerId: customer.row.id,
      colleagueId: draft.colleagueId,
      dealId: draft.dealId,
      originDocumentId: draft.origin?.id ?? null,
      costAmount: euros(totals.cost),
      deliveryDate: kind === "Order" ? dayText(workday(day + 14)) : null,
      validityDate: kind === "Quote" ? dayText(day + 60) : null,
      customerReference: chance(random, 0.2) ? `CDE-${between(random, 1000, 9999)}` : null,
      deliveringZipCode: customer.site.zipCode,
      deliveringCity: customer.site.city,
      deliveringCountryId: customer.site.countryId,
      ...stamped,
    };
    documents.push(draft.row);
  }
  soilDates(world, drafts);
  put(into, tables.saleDocument.table, documents);
  put(into, tables.saleDocumentLine.table, lines);
  put(into, tables.saleDocumentVat.table, vats);
  put(into, tables.saleDocumentEx.table, { [Symbol.iterator]: () => extras(world, documents) });
  return { drafts, documents, lines };
}

/** Quotes with a year that cannot be. */
function soilDates(world: World, drafts: readonly SaleDraft[]): void {
  const random = world.random("wrong dates");
  const quotes = drafts.filter(({ kind, state }) => kind === "Quote" && state === "Refused");
  for (const { row, day } of sample(random, quotes, world.counts.dirt("futureDocumentDates")))
    row.documentDate = `${random.pick(["2052", "2205"])}${dayText(day).slice(4).replace("02-29", "02-28")}`;
}

function* extras(
  world: World,
  documents: readonly RowOf<"saleDocument">[],
): Generator<RowOf<"saleDocumentEx">> {
  const random = world.random("sale extras");
  const channels = ["Téléphone", "email", "EMAIL", "Site web", "Commercial", "N/A", null];
  for (const { id, ...document } of documents) {
    yield {
      id,
      channel: random.pick(channels),
      projectCode: chance(random, 0.1) ? `PRJ${between(random, 100, 999)}` : null,
      internalComment: chance(random, 0.08) ? "voir avec le client" : null,
      packageCount: document.documentType === "Delivery" ? between(random, 1, 9) : null,
      sysCreatedDate: document.sysCreatedDate,
      sysCreatedUser: document.sysCreatedUser ?? null,
      sysModifiedDate: document.sysModifiedDate,
      sysModifiedUser: document.sysModifiedUser ?? null,
    };
  }
}
