import type { Random } from "@lakewright/core";
import { tables } from "../../schema/index.ts";
import { stockedLines } from "../counts.ts";
import { between, chance, sample, zipf } from "../draw.ts";
import { euros, quantityOf } from "../money.ts";
import type { Colleagues } from "../parties/colleagues.ts";
import type { Items } from "../stock/items.ts";
import { type Day, dayText, stamps, workday } from "../time.ts";
import { type AnyRow, put, type RowOf, type World } from "../world.ts";
import { lineAmounts, price, totalsOf } from "./amounts.ts";
import { type Chain, drawLineCount, fitLines, markDocuments, newChain } from "./chain.ts";
import { drawSaleDay, storehouseOf } from "./sale-chains.ts";

/** Documents of each kind in the seed's 12,477; invoices are the rest. */
const KINDS = { Order: 3_900, Receipt: 3_500, CreditNote: 100 } as const;

export interface PurchaseDraft {
  readonly kind: RowOf<"purchaseDocument">["documentType"];
  readonly chain: Chain;
  readonly supplier: RowOf<"supplier">;
  readonly colleagueId: string;
  readonly day: Day;
  readonly expected: Day | undefined;
  readonly origin: PurchaseDraft | undefined;
  id: number;
  firstLineId: number;
  row: RowOf<"purchaseDocument">;
}

export interface Purchases {
  readonly drafts: readonly PurchaseDraft[];
  readonly documents: readonly RowOf<"purchaseDocument">[];
}

const prefixes = { Order: "CF", Receipt: "BR", Invoice: "FF", CreditNote: "AF" } as const;

export function makePurchases(
  world: World,
  items: Items,
  suppliers: readonly RowOf<"supplier">[],
  colleagues: Colleagues,
  into: Map<string, Iterable<AnyRow>>,
): Purchases {
  const random = world.random("purchases");
  const chains = planPurchases(world, random, items);
  const drawSupplier = zipf(random.shuffle([...suppliers]), 0.8);
  const drafts: Omit<PurchaseDraft, "row">[] = [];
  for (const chain of chains)
    draftChain(
      world,
      random,
      chain,
      drawSupplier(random),
      random.pick(colleagues.buyers).id,
      drafts,
    );
  drafts.sort((a, b) => a.day - b.day);
  drafts.forEach((draft, i) => (draft.id = i + 1));
  return writePurchases(world, random, drafts as PurchaseDraft[], into);
}

function planPurchases(world: World, random: Random, items: Items): Chain[] {
  const { counts } = world;
  const documents = counts.rows("PurchaseDocument");
  const orders = counts.of(KINDS.Order);
  const receipts = Math.min(orders, counts.of(KINDS.Receipt));
  const credits = counts.of(KINDS.CreditNote);
  const invoices = documents - orders - receipts - credits;
  const billed = Math.min(receipts, Math.round(orders * 0.846));
  const chains: Chain[] = [];
  const add = (kinds: string[], partial = false): void => {
    chains.push(newChain(kinds, partial, drawLineCount(random, 2.2)));
  };
  for (let i = 0; i < orders; i++) {
    const kinds = ["Order"];
    if (i < receipts) kinds.push("Receipt");
    if (i < billed) kinds.push("Invoice");
    if (i < credits) kinds.push("CreditNote");
    add(kinds, i < credits);
  }
  for (let i = 0; i < invoices - billed; i++) add(["Invoice"]);
  fitLines(random, chains, counts.rows("PurchaseDocumentLine"));
  markDocuments(
    random,
    chains,
    counts.rows("PurchaseDocumentVat") - documents,
    (chain) => chain.lineCount > 1 && !chain.partialCredit,
    (chain) => (chain.twoRates = true),
  );
  for (const chain of chains) {
    const open = chain.kinds.length === 1 && chain.kinds[0] === "Order";
    for (let i = 0; i < chain.lineCount; i++) {
      const item = open ? items.drawStocked(random) : items.drawUntracked(random);
      chain.lines.push(newLine(random, item, chain.twoRates && i % 3 === 1 ? "V10" : "V20"));
    }
  }
  const received = chains.filter(({ kinds }) => kinds.includes("Receipt"));
  const lines = random.shuffle(received.flatMap(({ lines }) => lines));
  for (const line of lines.slice(0, counts.of(stockedLines.received)))
    Object.assign(line, newLine(random, items.drawStocked(random), line.vatId), { stocked: true });
  return chains;
}

function newLine(
  random: Random,
  item: Chain["lines"][0]["item"],
  vatId: string,
): Chain["lines"][0] {
  const dear = item.cost > 3_000_000;
  return {
    item,
    itemId: item.row.id,
    quantity: 1000 * (dear ? between(random, 1, 3) : between(random, 1, 24)),
    price: Math.max(100, Math.round((item.cost * between(random, 90, 110)) / 100)),
    discountRate: chance(random, 0.15) ? 300 : 0,
    discount: 0,
    net: 0,
    vatId,
    cost: 0,
    storehouseId: storehouseOf(item.row.id),
    stocked: false,
  };
}

function draftChain(
  world: World,
  random: Random,
  chain: Chain,
  supplier: RowOf<"supplier">,
  colleagueId: string,
  into: Omit<PurchaseDraft, "row">[],
): void {
  const { first, last } = world;
  const isOpen = chain.kinds.length === 1 && chain.kinds[0] === "Order";
  let day =
    isOpen && chance(random, 0.6) ? last - random.integer(20) : drawSaleDay(random, first, last);
  chain.day = day;
  for (const line of chain.lines) price(line);
  // Each supplier keeps its word in its own way.
  const habit = Number(supplier.id.slice(-2)) % 7;
  const promised = between(random, 3, 21);
  const expected = workday(day + promised);
  let origin: Omit<PurchaseDraft, "row"> | undefined;
  for (const [i, kind] of (chain.kinds as (keyof typeof prefixes)[]).entries()) {
    if (i > 0) {
      const wait =
        kind === "Receipt"
          ? promised + (chance(random, 0.09 * habit) ? between(random, 1, 15) : 0)
          : 6;
      day = Math.min(last, workday(day + wait));
    }
    const draft: Omit<PurchaseDraft, "row"> = {
      kind,
      chain,
      supplier,
      colleagueId,
      day,
      expected: kind === "Order" ? expected : undefined,
      origin: origin as PurchaseDraft | undefined,
      id: 0,
      firstLineId: 0,
    };
    into.push(draft);
    origin = draft;
  }
}

function writePurchases(
  world: World,
  random: Random,
  drafts: readonly PurchaseDraft[],
  into: Map<string, Iterable<AnyRow>>,
): Purchases {
  const { last } = world;
  const documents: RowOf<"purchaseDocument">[] = [];
  const lines: RowOf<"purchaseDocumentLine">[] = [];
  const vats: RowOf<"purchaseDocumentVat">[] = [];
  const numbers = new Map<string, number>();
  const receivedOn = new Map<PurchaseDraft, Day>();
  for (const { kind, origin, day } of drafts)
    if (kind === "Receipt" && origin) receivedOn.set(origin, day);
  for (const draft of drafts) {
    const { kind, chain, supplier, day } = draft;
    const sign = kind === "CreditNote" ? -1 : 1;
    const own = sign < 0 && chain.partialCredit ? chain.lines.slice(0, 1) : chain.lines;
    const totals = totalsOf(own, sign);
    const stamped = stamps(random, day, last, 20);
    draft.firstLineId = lines.length + 1;
    own.forEach((line, i) => {
      lines.push({
        id: lines.length + 1,
        documentId: draft.id,
        lineNumber: i + 1,
        ...lineAmounts(line, totals.lineVat[i]!, sign),
        storehouseId: line.stocked ? line.storehouseId : null,
        receivedQuantity: kind === "Receipt" ? quantityOf(line.quantity) : 0,
        defectiveQuantity: 0,
        ...stamped,
      });
    });
    for (const [vatId, { base, vat }] of totals.byVat) {
      vats.push({
        id: vats.length + 1,
        documentId: draft.id,
        vatId,
        vatRate: vatId === "V20" ? 20 : 10,
        baseAmount: euros(base),
        vatAmount: euros(vat),
        ...stamped,
      });
    }
    const series = `${prefixes[kind]}${dayText(day).slice(2, 4)}`;
    const number = (numbers.get(series) ?? 0) + 1;
    numbers.set(series, number);
    const real = receivedOn.get(draft);
    draft.row = {
      id: draft.id,
      documentNumber: `${series}${String(number).padStart(5, "0")}`,
      documentDate: dayText(day),
      currencyId: "EUR",
      currencyRate: 1,
      amountVatExcluded: euros(totals.net),
      vatAmount: euros(totals.vat),
      amountVatIncluded: euros(totals.net + totals.vat),
      lineCount: own.length,
      documentType: kind,
      state: stateOf(draft, real, last),
      supplierId: supplier.id,
      colleagueId: draft.colleagueId,
      originDocumentId: draft.origin?.id ?? null,
      expectedDeliveryDate: draft.expected === undefined ? null : dayText(draft.expected),
      realDeliveryDate: real === undefined ? null : dayText(real),
      supplierReference: chance(random, 0.5)
        ? `${supplier.id}/${between(random, 100, 9999)}`
        : null,
      ...stamped,
    };
    documents.push(draft.row);
  }
  put(into, tables.purchaseDocument.table, documents);
  put(into, tables.purchaseDocumentLine.table, lines);
  put(into, tables.purchaseDocumentVat.table, vats);
  put(into, tables.purchaseDocumentDefect.table, defects(world, random, drafts, lines));
  put(into, tables.purchaseDocumentEx.table, { [Symbol.iterator]: () => extras(world, documents) });
  return { drafts, documents };
}

function stateOf(
  { kind, chain, day }: PurchaseDraft,
  received: Day | undefined,
  last: Day,
): RowOf<"purchaseDocument">["state"] {
  if (kind !== "Order") return "Final";
  if (chain.kinds.includes("Invoice")) return "Invoiced";
  if (received !== undefined) return "Received";
  return day > last - 30 ? "Open" : "Cancelled";
}

/** Goods sent back: at most what was received, one row a line. */
function defects(
  world: World,
  random: Random,
  drafts: readonly PurchaseDraft[],
  lines: readonly RowOf<"purchaseDocumentLine">[],
): RowOf<"purchaseDocumentDefect">[] {
  const received = drafts
    .filter(({ kind }) => kind === "Receipt")
    .flatMap((draft) =>
      draft.chain.lines.map((_, i) => ({ draft, line: lines[draft.firstLineId - 1 + i]! })),
    );
  return sample(random, received, world.counts.rows("PurchaseDocumentDefect"))
    .sort((a, b) => a.line.id - b.line.id)
    .map(({ draft, line }, i) => {
      const most = Math.max(1, Math.floor(Number(line.receivedQuantity)));
      const quantity = Math.min(most, 1 + random.integer(3));
      line.defectiveQuantity = quantity;
      const day = Math.min(world.last, draft.day + random.integer(8));
      return {
        id: i + 1,
        documentLineId: line.id,
        quantity,
        reason: random.pick([
          "Cassé",
          "Mauvaise référence",
          "Défaut de fabrication",
          "casse transport",
          null,
        ]),
        defectDate: dayText(day),
        ...stamps(random, day, world.last, 0),
      };
    });
}

function* extras(
  world: World,
  documents: readonly RowOf<"purchaseDocument">[],
): Generator<RowOf<"purchaseDocumentEx">> {
  const random = world.random("purchase extras");
  for (const document of documents) {
    yield {
      id: document.id,
      carrier:
        document.documentType === "Receipt"
          ? random.pick(["TNT", "DPD", "Geodis", "géodis"])
          : null,
      internalComment: chance(random, 0.06) ? "à vérifier" : null,
      sysCreatedDate: document.sysCreatedDate,
      sysCreatedUser: document.sysCreatedUser ?? null,
      sysModifiedDate: document.sysModifiedDate,
      sysModifiedUser: document.sysModifiedUser ?? null,
    };
  }
}
