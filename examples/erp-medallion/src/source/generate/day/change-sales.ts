import { tables } from "../../schema/index.ts";
import { fillLines } from "../documents/sale-chains.ts";
import { type Chain, drawLineCount, newChain } from "../documents/chain.ts";
import {
  draftChain,
  prefixes,
  type SaleDraft,
  type UnwrittenSale,
  writeSales,
} from "../documents/sales.ts";
import { sample } from "../draw.ts";
import type { GeneratedSource } from "../generate.ts";
import { dayText, stamps } from "../time.ts";
import type { AnyRow, RowOf, World } from "../world.ts";
import { type DayChanges, touched } from "./day-changes.ts";
import { moveStock } from "./move-stock.ts";

/** How many chains of each kind begin on a day. */
const CHAINS: readonly (readonly [number, readonly string[]])[] = [
  [14, ["Quote"]],
  [10, ["Order"]],
  [6, ["Order", "Delivery"]],
  [24, ["Invoice"]],
  [2, ["Invoice", "CreditNote"]],
];

/** New documents, quotes that become orders, deliveries that move stock, payments, and quotes that are deleted. */
export function changeSales(world: World, source: GeneratedSource, changes: DayChanges): void {
  const random = world.random("sales");
  const { sales, items } = source;
  const chains = CHAINS.flatMap(([count, kinds]) =>
    Array.from({ length: world.counts.of(count) }, () =>
      newChain(kinds, false, drawLineCount(random, 3.85)),
    ),
  );
  fillLines(random, chains, items, 0);
  const drafts: UnwrittenSale[] = [];
  for (const chain of chains) draftChain(world, random, chain, source, drafts);
  const accepted = sample(
    random,
    sales.drafts.filter(({ kind, state }) => kind === "Quote" && state === "Open"),
    world.counts.of(8),
  );
  for (const quote of accepted) {
    drafts.push({
      ...quote,
      kind: "Order",
      state: "Open",
      origin: quote,
      dealId: null,
      day: world.last,
    });
    changes.update(tables.saleDocument.table, {
      ...quote.row,
      state: "Accepted",
      ...touched(world.last, 3 * quote.id),
    });
  }
  drafts.forEach((draft, i) => (draft.id = sales.documents.length + i + 1));
  const stockMoves = moveStock(world, random, source, drafts, changes);
  const rows = new Map<string, Iterable<AnyRow>>();
  const written = writeSales(world, drafts as SaleDraft[], rows, {
    lines: sales.lines.length,
    vats: [...source.rows.get("SaleDocumentVat")!].length,
    numbers: lastNumbers(sales.documents),
  });
  for (const name of [
    "saleDocument",
    "saleDocumentLine",
    "saleDocumentVat",
    "saleDocumentEx",
  ] as const)
    changes.insert(tables[name].table, rows.get(tables[name].table.name)!);
  stockMoves(written.drafts);
  pay(world, source, written.drafts, changes);
  deleteQuotes(world, source, accepted, changes);
}

function lastNumbers(documents: readonly RowOf<"saleDocument">[]): Map<string, number> {
  const known = new Set(Object.values(prefixes));
  const numbers = new Map<string, number>();
  for (const { documentNumber } of documents) {
    const series = documentNumber.slice(0, 4);
    if (!known.has(series.slice(0, 2))) continue;
    numbers.set(series, Math.max(numbers.get(series) ?? 0, Number(documentNumber.slice(4))));
  }
  return numbers;
}

/** What is due for the new invoices, and payments of what was open. */
function pay(
  world: World,
  source: GeneratedSource,
  drafts: readonly SaleDraft[],
  changes: DayChanges,
): void {
  const random = world.random("payments");
  const { last } = world;
  const known = [...source.rows.get("SaleCommitment")!] as RowOf<"saleCommitment">[];
  const settlements = [...source.rows.get("SaleSettlement")!].length;
  const allocations = [...source.rows.get("SaleSettlementCommitment")!].length;
  changes.insert(
    tables.saleCommitment.table,
    drafts
      .filter(({ kind }) => kind === "Invoice")
      .map(({ id, row }, i): RowOf<"saleCommitment"> => ({
        id: known.length + i + 1,
        documentId: id,
        dueDate: dayText(last + 30),
        amount: row.amountVatIncluded,
        paidAmount: 0,
        currencyId: row.currencyId,
        state: "Open",
        paidDate: null,
        customerId: row.customerId,
        ...stamps(random, last, last, 0),
      })),
  );
  const open = known.filter(({ state, dueDate }) => state === "Open" && dueDate <= dayText(last));
  sample(random, open, world.counts.of(60)).forEach((commitment, i) => {
    const { id, amount, customerId, currencyId } = commitment;
    const day = dayText(last);
    const stamp = stamps(random, last, last, 0);
    changes.update(tables.saleCommitment.table, {
      ...commitment,
      paidAmount: amount,
      state: "Paid",
      paidDate: day,
      ...touched(last, 5 * i),
    });
    changes.insert(tables.saleSettlement.table, [
      {
        id: settlements + i + 1,
        settlementNumber: `RC${String(settlements + i + 1).padStart(6, "0")}`,
        settlementDate: day,
        settlementModeId: "M01",
        amount,
        allocatedAmount: amount,
        currencyId,
        reference: null,
        customerId,
        ...stamp,
      } satisfies RowOf<"saleSettlement">,
    ]);
    changes.insert(tables.saleSettlementCommitment.table, [
      {
        id: allocations + i + 1,
        settlementId: settlements + i + 1,
        commitmentId: id,
        amount,
        allocationDate: day,
        ...stamp,
      } satisfies RowOf<"saleSettlementCommitment">,
    ]);
  });
}

/** Refused quotes that nothing refers to: the rows go with their lines, VAT and added fields. */
function deleteQuotes(
  world: World,
  { rows, sales }: GeneratedSource,
  accepted: readonly SaleDraft[],
  changes: DayChanges,
): void {
  const random = world.random("deleted quotes");
  const used = new Set<unknown>(accepted.map(({ id }) => id));
  for (const { saleDocumentId } of rows.get("Activity")!) used.add(saleDocumentId);
  const free = sales.drafts.filter(
    ({ kind, state, id, dealId, chain }) =>
      kind === "Quote" && state === "Refused" && dealId === null && !used.has(id) && isAlone(chain),
  );
  const gone = new Set<number>(sample(random, free, world.counts.of(5)).map(({ id }) => id));
  const ofGone = (table: string): AnyRow[] =>
    [...rows.get(table)!]
      .filter(({ documentId }) => gone.has(documentId as number))
      .map(({ id }) => ({ id }));
  changes.delete(tables.saleDocumentLine.table, ofGone("SaleDocumentLine"));
  changes.delete(tables.saleDocumentVat.table, ofGone("SaleDocumentVat"));
  const keys = [...gone].map((id) => ({ id }));
  changes.delete(tables.saleDocumentEx.table, keys);
  changes.delete(tables.saleDocument.table, keys);
}

function isAlone({ kinds }: Chain): boolean {
  return kinds.length === 1;
}
