import { tables } from "../../schema/index.ts";
import { type Day, stamps } from "../time.ts";
import { type AnyRow, put, type World } from "../world.ts";
import { makePayments, type Payable } from "./payments.ts";
import type { PurchaseDraft } from "./purchases.ts";
import type { SaleDraft } from "./sales.ts";

const modes = [
  ["Virement", 30],
  ["Chèque", 0],
  ["Prélèvement", 30],
  ["Espèces", 0],
  ["Carte", 0],
  ["LCR", 60],
  ["Traite", 60],
  ["Virement fin de mois", 30],
  ["Comptant", 0],
  ["Mandat", 30],
  ["Compensation", 0],
  ["Autre", 30],
] as const;

/** Due dates and payments of both sides. */
export function settle(
  world: World,
  sales: readonly SaleDraft[],
  purchases: readonly PurchaseDraft[],
  into: Map<string, Iterable<AnyRow>>,
): void {
  const old = stamps(world.random("modes"), world.first - 300, world.last, 0);
  put(
    into,
    tables.settlementMode.table,
    modes.map(([caption, delayDays], i) => ({
      id: `M${String(i + 1).padStart(2, "0")}`,
      caption,
      delayDays,
      endOfMonth: caption.includes("fin") ? 1 : 0,
      ...old,
    })),
  );
  put(
    into,
    tables.priceList.table,
    Array.from({ length: 6 }, (_, i) => ({
      id: `T${i + 1}`,
      caption: `Tarif ${i + 1}`,
      coefficient: 1 - i / 50,
      currencyId: "EUR",
      ...old,
    })),
  );
  const { counts } = world;
  const invoices = sales.filter(({ kind }) => kind === "Invoice");
  const sold = makePayments(
    world,
    world.random("sale payments"),
    invoices.map(({ id, customer, currencyId, day, totals }) =>
      payable(id, customer.row.id, currencyId, day, totals.net + totals.vat),
    ),
    {
      commitments: counts.rows("SaleCommitment"),
      settlements: counts.rows("SaleSettlement"),
      allocations: counts.rows("SaleSettlementCommitment"),
      twice: counts.of(796),
    },
    "RC",
  );
  put(into, tables.saleCommitment.table, sold.commitments.map(asOf("customerId")));
  put(into, tables.saleSettlement.table, sold.settlements.map(asOf("customerId")));
  put(into, tables.saleSettlementCommitment.table, sold.allocations);
  const bought = makePayments(
    world,
    world.random("purchase payments"),
    purchases
      .filter(({ kind }) => kind === "Invoice")
      .map(({ id, supplier, day, row }) =>
        payable(id, supplier.id, "EUR", day, Math.round(Number(row.amountVatIncluded) * 100)),
      ),
    {
      commitments: counts.rows("PurchaseCommitment"),
      settlements: counts.rows("PurchaseSettlement"),
      allocations: counts.rows("PurchaseSettlementCommitment"),
      twice: counts.of(200),
    },
    "RF",
  );
  put(into, tables.purchaseCommitment.table, bought.commitments.map(asOf("supplierId")));
  put(into, tables.purchaseSettlement.table, bought.settlements.map(asOf("supplierId")));
  put(into, tables.purchaseSettlementCommitment.table, bought.allocations);
}

function payable(
  documentId: number,
  partyId: string,
  currencyId: string,
  day: Day,
  amount: number,
): Payable {
  return { documentId, partyId, currencyId, day, amount };
}

/** The row with its party under the name the table has for it. */
function asOf(column: "customerId" | "supplierId") {
  return <R extends { partyId: string }>({ partyId, ...row }: R) => ({ ...row, [column]: partyId });
}
