import type { PurchaseDraft } from "../documents/purchases.ts";
import type { SaleDraft } from "../documents/sales.ts";
import { storehouseOf } from "../documents/sale-chains.ts";
import { tables } from "../../schema/index.ts";
import { between, chance } from "../draw.ts";
import { centsOf, euros, priceOf, quantityOf } from "../money.ts";
import type { Colleagues } from "../parties/colleagues.ts";
import { dayText, instant, stamps } from "../time.ts";
import { type AnyRow, put, type RowOf, type World } from "../world.ts";
import type { Items } from "./items.ts";
import { type Move, pairOf, planMoves } from "./movements.ts";

const storehouses = [
  ["DEP1", "Dépôt principal", "59000", "Lille", true],
  ["DEP2", "Dépôt Sud", "13000", "Marseille", true],
  ["DEP3", "Véhicules", null, null, true],
  ["DEP9", "Ancien dépôt", "62000", "Arras", false],
] as const;

/** Movements of every stocked line, the documents of the others, and what is left of each item in each storehouse. */
export function makeStock(
  world: World,
  items: Items,
  sales: readonly SaleDraft[],
  purchases: readonly PurchaseDraft[],
  colleagues: Colleagues,
  into: Map<string, Iterable<AnyRow>>,
): void {
  const random = world.random("stock");
  const old = stamps(random, world.first - 300, world.last, 0);
  put(
    into,
    tables.storehouse.table,
    storehouses.map(([id, caption, zipCode, city, active], i) => {
      return { id, caption, zipCode, city, isMain: i === 0, active, ...old };
    }),
  );
  const moves = planMoves(world, random, items, sales, purchases);
  const stamped = (day: number) => stamps(random, day, world.last, 0);
  const { documents, lines } = stockDocuments(world, moves, colleagues);
  put(into, tables.stockDocument.table, documents);
  put(into, tables.stockDocumentLine.table, lines);
  put(
    into,
    tables.stockMovement.table,
    moves.map((move, i): RowOf<"stockMovement"> => ({
      id: i + 1,
      itemId: move.item.row.id,
      storehouseId: move.storehouseId,
      movementDate: dayText(move.day),
      type: move.kind,
      quantity: quantityOf(move.quantity),
      unitCost: priceOf(move.unitCost),
      saleDocumentLineId: move.saleLineId,
      purchaseDocumentLineId: move.purchaseLineId,
      stockDocumentLineId: move.stockLineId,
      ...stamped(move.day),
    })),
  );
  put(into, tables.stockItem.table, stockItems(world, items, moves, sales, purchases));
}

/** Documents of a few days each: inventories first, then transfers and adjustments mixed. */
function stockDocuments(world: World, moves: readonly Move[], colleagues: Colleagues) {
  const random = world.random("stock documents");
  const internal = moves.filter(({ kind }) => kind !== "Receipt" && kind !== "Delivery");
  const groups: Move[][] = [];
  // A document has one kind and one storehouse; both lines of a transfer are in the one of where it goes out.
  const byKind = new Map<string, Move[]>();
  for (const move of internal) {
    const key = move.kind === "Transfer" ? "Transfer" : `${move.kind} ${move.storehouseId}`;
    const known = byKind.get(key);
    if (known) known.push(move);
    else byKind.set(key, [move]);
  }
  const count = world.counts.rows("StockDocument");
  const inventories = [...byKind].filter(([key]) => key.startsWith("Inventory"));
  const others = [...byKind].filter(([key]) => !key.startsWith("Inventory"));
  const rest = Math.max(others.length, count - inventories.length);
  const otherLines = others.reduce((sum, [, group]) => sum + group.length, 0);
  for (const [, group] of inventories) groups.push(group);
  let left = rest;
  others.forEach(([, group], i) => {
    const share =
      i === others.length - 1 ? left : Math.max(1, Math.round((rest * group.length) / otherLines));
    const pieces = Math.min(share, group.length, left - (others.length - 1 - i));
    left -= pieces;
    for (let k = 0; k < pieces; k++)
      groups.push(
        group.slice(
          Math.floor((k * group.length) / pieces),
          Math.floor(((k + 1) * group.length) / pieces),
        ),
      );
  });
  groups.sort((a, b) => a.at(-1)!.day - b.at(-1)!.day);
  const lines: RowOf<"stockDocumentLine">[] = [];
  const documents = groups.map((group, i): RowOf<"stockDocument"> => {
    const day = group.at(-1)!.day;
    const stamped = stamps(random, day, world.last, 0);
    group.forEach((move, k) => {
      move.stockLineId = lines.length + 1;
      lines.push({
        id: lines.length + 1,
        documentId: i + 1,
        lineNumber: k + 1,
        itemId: move.item.row.id,
        storehouseId: move.storehouseId,
        quantity: quantityOf(move.quantity),
        unitCost: priceOf(move.unitCost),
        ...stamped,
      });
    });
    return {
      id: i + 1,
      documentNumber: `ST${String(i + 1).padStart(5, "0")}`,
      documentDate: dayText(day),
      type: group[0]!.kind as "Inventory",
      storehouseId: group[0]!.storehouseId,
      colleagueId: random.pick(colleagues.buyers).id,
      validatedAt: chance(random, 0.95) ? instant(day, 1080 + random.integer(60)) : null,
      lineCount: group.length,
      ...stamped,
    };
  });
  return { documents, lines };
}

function stockItems(
  world: World,
  items: Items,
  moves: readonly Move[],
  sales: readonly SaleDraft[],
  purchases: readonly PurchaseDraft[],
): RowOf<"stockItem">[] {
  const random = world.random("stock items");
  const state = new Map<string, { real: number; inQuantity: number; inValue: number }>();
  for (const { item, storehouseId, quantity, unitCost } of moves) {
    const pair = pairOf(item.row.id, storehouseId);
    let known = state.get(pair);
    if (!known) state.set(pair, (known = { real: 0, inQuantity: 0, inValue: 0 }));
    known.real += quantity;
    if (quantity > 0) {
      known.inQuantity += quantity;
      known.inValue += quantity * unitCost;
    }
  }
  const reserved = ordered(sales.filter(({ kind, state }) => kind === "Order" && state === "Open"));
  const incoming = ordered(
    purchases.filter(({ kind, row }) => kind === "Order" && row.state === "Open"),
  );
  return items.all
    .filter(({ row }) => row.trackStock)
    .flatMap((item) => ["DEP1", "DEP2", "DEP3"].map((storehouseId) => ({ item, storehouseId })))
    .map(({ item, storehouseId }, i): RowOf<"stockItem"> => {
      const itemId = item.row.id;
      const pair = pairOf(itemId, storehouseId);
      const { real, inQuantity, inValue } = state.get(pair) ?? {
        real: 0,
        inQuantity: 0,
        inValue: 0,
      };
      const pump = inQuantity > 0 ? Math.round(inValue / inQuantity) : item.cost;
      const isMain = storehouseOf(itemId) === storehouseId;
      const reorder = isMain && chance(random, 0.8) ? between(random, 2, 20) : undefined;
      return {
        id: i + 1,
        itemId,
        storehouseId,
        realStock: quantityOf(real),
        reservedStock: quantityOf(reserved.get(pair) ?? 0),
        incomingStock: quantityOf(incoming.get(pair) ?? 0),
        reorderPoint: reorder ?? null,
        maximumStock: reorder === undefined ? null : reorder * 4,
        pump: priceOf(pump),
        stockValue: euros(centsOf(real, pump)),
        ...stamps(random, world.first, world.last, 1700),
      };
    });
}

/** Quantities that documents ask for, by item and storehouse. */
function ordered(drafts: readonly { readonly chain: SaleDraft["chain"] }[]): Map<string, number> {
  const quantities = new Map<string, number>();
  for (const { itemId, quantity, storehouseId } of drafts.flatMap(({ chain }) => chain.lines)) {
    const pair = pairOf(itemId, storehouseId);
    quantities.set(pair, (quantities.get(pair) ?? 0) + quantity);
  }
  return quantities;
}
