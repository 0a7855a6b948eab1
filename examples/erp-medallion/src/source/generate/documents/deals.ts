import { activitySubjects } from "../../catalogue/words.ts";
import { tables } from "../../schema/index.ts";
import { between, chance } from "../draw.ts";
import { euros, quantityOf, rounded } from "../money.ts";
import type { Colleagues } from "../parties/colleagues.ts";
import type { Customers } from "../parties/customers.ts";
import { dayText, stamps } from "../time.ts";
import { type AnyRow, put, type RowOf, type World } from "../world.ts";
import type { Chain } from "./chain.ts";
import type { SaleDraft, Sales } from "./sales.ts";

/** Which deal each chain belongs to: whole chains, until exactly so many documents are linked. Before rows are written. */
export function linkDeals(
  world: World,
  drafts: readonly SaleDraft[],
  customers: Customers,
): RowOf<"deal">["customerId"][] {
  const random = world.random("deal links");
  const byCustomer = new Map<string, number[]>();
  const owners = Array.from({ length: world.counts.rows("Deal") }, (_, i) => {
    // Who has documents has deals: owners are drawn among the documents' customers.
    const owner =
      i % 4 === 3 ? random.pick(customers.all).row.id : random.pick(drafts).customer.row.id;
    const known = byCustomer.get(owner);
    if (known) known.push(i + 1);
    else byCustomer.set(owner, [i + 1]);
    return owner;
  });
  const chains = new Map<Chain, SaleDraft[]>();
  for (const draft of drafts) {
    const known = chains.get(draft.chain);
    if (known) known.push(draft);
    else chains.set(draft.chain, [draft]);
  }
  let left = world.counts.rows("DealSaleDocument");
  for (const documents of random.shuffle([...chains.values()])) {
    const deals = byCustomer.get(documents[0]!.customer.row.id);
    if (!deals || documents.length > left) continue;
    const dealId = random.pick(deals);
    for (const draft of documents) draft.dealId = dealId;
    left -= documents.length;
    if (left === 0) break;
  }
  if (left > 0) throw new RangeError(`${left} documents could not be linked with a deal.`);
  return owners;
}

/** The deals, what is linked with them, and the sites work is done on. */
export function makeDeals(
  world: World,
  owners: readonly string[],
  { drafts, lines }: Sales,
  customers: Customers,
  colleagues: Colleagues,
  into: Map<string, Iterable<AnyRow>>,
): void {
  const random = world.random("deals");
  const linked = drafts.filter(({ dealId }) => dealId !== null);
  const stamped = (day: number) => stamps(random, Math.min(day, world.last), world.last, 0);
  put(
    into,
    tables.dealSaleDocument.table,
    linked.map(({ id, dealId, day }, i): RowOf<"dealSaleDocument"> => ({
      id: i + 1,
      dealId: dealId!,
      documentId: id,
      ...stamped(day),
    })),
  );
  const all = linked.flatMap((draft) =>
    Array.from(
      { length: Math.min(draft.chain.lines.length, draft.totals.lineVat.length) },
      (_, i) => ({
        draft,
        lineId: draft.firstLineId + i,
      }),
    ),
  );
  const wanted = world.counts.rows("DealSaleDocumentLine");
  const chosen = random
    .shuffle(all)
    .slice(0, wanted)
    .sort((a, b) => a.lineId - b.lineId);
  put(
    into,
    tables.dealSaleDocumentLine.table,
    chosen.map(({ draft, lineId }, i): RowOf<"dealSaleDocumentLine"> => ({
      id: i + 1,
      dealId: draft.dealId!,
      documentLineId: lineId,
      netAmountVatExcluded: lines[lineId - 1]!.netAmountVatExcluded,
      ...stamped(draft.day),
    })),
  );
  put(into, tables.dealItem.table, dealItems(world, linked));
  const invoiced = new Map<number, number>();
  const firstDays = new Map<number, number>();
  for (const { dealId, kind, totals, rate, day } of linked) {
    firstDays.set(dealId!, Math.min(firstDays.get(dealId!) ?? day, day));
    if (kind !== "Invoice" && kind !== "CreditNote") continue;
    invoiced.set(dealId!, (invoiced.get(dealId!) ?? 0) + rounded((totals.net * rate) / 1_000_000));
  }
  const sites = world.counts.rows("ConstructionSite");
  const rows = owners.map((customerId, i): RowOf<"deal"> => {
    const day = firstDays.get(i + 1) ?? world.first + random.integer(world.last - world.first);
    const state = random.pick(["Open", "Won", "Won", "Lost", "Closed", "Closed"] as const);
    return {
      id: i + 1,
      dealNumber: `AF${String(i + 1).padStart(5, "0")}`,
      caption: chance(random, 0.9)
        ? `${random.pick(activitySubjects)} ${dayText(day).slice(0, 4)}`
        : null,
      customerId,
      colleagueId: random.pick(colleagues.sellers).id,
      state,
      startDate: dayText(day),
      endDate:
        state === "Closed" ? dayText(Math.min(world.last, day + between(random, 20, 300))) : null,
      successRate: state === "Open" ? between(random, 1, 9) * 10 : null,
      expectedAmount: chance(random, 0.7) ? between(random, 2, 400) * 250 : null,
      invoicedAmount: euros(invoiced.get(i + 1) ?? 0),
      constructionSiteId: i < sites ? i + 1 : null,
      ...stamps(random, day, world.last, 120),
    };
  });
  put(into, tables.deal.table, rows);
  put(into, tables.constructionSite.table, makeSites(world, rows.slice(0, sites), customers));
}

/** What was planned of each item in each deal, from the lines linked with it. */
function dealItems(world: World, linked: readonly SaleDraft[]): RowOf<"dealItem">[] {
  const random = world.random("deal items");
  const planned = new Map<string, RowOf<"dealItem">>();
  const count = world.counts.rows("DealItem");
  for (const { dealId, chain, day } of linked) {
    for (const { item, quantity } of chain.lines) {
      const key = `${dealId} ${item.row.id}`;
      const known = planned.get(key);
      if (known) {
        known.plannedQuantity = Math.max(Number(known.plannedQuantity), quantityOf(quantity));
      } else if (planned.size < count) {
        planned.set(key, {
          id: planned.size + 1,
          dealId: dealId!,
          itemId: item.row.id,
          plannedQuantity: quantityOf(quantity),
          ...stamps(random, day, world.last, 0),
        });
      }
    }
  }
  if (planned.size < count) throw new RangeError(`Deals have ${planned.size} items, not ${count}.`);
  return [...planned.values()];
}

function makeSites(
  world: World,
  deals: readonly RowOf<"deal">[],
  customers: Customers,
): RowOf<"constructionSite">[] {
  const random = world.random("sites");
  return deals.map((deal, i) => {
    const { site } = customers.byId.get(deal.customerId)!;
    const isDone = deal.endDate !== null;
    return {
      id: i + 1,
      caption: `Chantier ${site.city}`,
      customerId: deal.customerId,
      address1: site.address1,
      zipCode: site.zipCode,
      city: site.city,
      latitude: site.latitude,
      longitude: site.longitude,
      startDate: deal.startDate,
      endDate: deal.endDate ?? null,
      state: isDone ? "Finished" : random.pick(["Planned", "Running"] as const),
      sysCreatedDate: deal.sysCreatedDate,
      sysCreatedUser: deal.sysCreatedUser ?? null,
      sysModifiedDate: deal.sysModifiedDate,
      sysModifiedUser: deal.sysModifiedUser ?? null,
    };
  });
}
