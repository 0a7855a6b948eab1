import type { Random } from "@lakewright/core";
import type { PurchaseDraft } from "../documents/purchases.ts";
import type { SaleDraft } from "../documents/sales.ts";
import { storehouseOf } from "../documents/sale-chains.ts";
import { between } from "../draw.ts";
import type { Day } from "../time.ts";
import type { World } from "../world.ts";
import type { Item, Items } from "./items.ts";

type Kind = "Receipt" | "Delivery" | "Inventory" | "Transfer" | "Adjustment";

/** A change of stock before it has a number. Quantities in thousandths, costs in ten-thousandths of a euro. */
export interface Move {
  readonly kind: Kind;
  readonly item: Item;
  readonly storehouseId: string;
  readonly day: Day;
  quantity: number;
  readonly unitCost: number;
  readonly saleLineId: number | null;
  readonly purchaseLineId: number | null;
  /** Set for the kinds that stock documents make. */
  stockLineId: number | null;
}

/** Transfers (two lines each) and adjustments among the seed's 3,163 lines; the others are the first inventory. */
const TRANSFERS = 400;
const ADJUSTMENTS = 300;

/** Everything that moved, ordered by day: no stock is ever below zero, because the first inventory was enough. */
export function planMoves(
  world: World,
  random: Random,
  items: Items,
  sales: readonly SaleDraft[],
  purchases: readonly PurchaseDraft[],
): Move[] {
  const moves = [...deliveries(sales), ...receipts(purchases)];
  const lines = world.counts.rows("StockDocumentLine");
  const transfers = world.counts.of(TRANSFERS);
  const adjustments = world.counts.of(ADJUSTMENTS);
  const { first, last } = world;
  const within = (): Day => first + 1 + random.integer(last - first - 1);
  for (let i = 0; i < transfers; i++) {
    const item = random.pick(items.sold);
    const from = storehouseOf(item.row.id);
    const to = from === "DEP1" ? random.pick(["DEP2", "DEP3"]) : "DEP1";
    const quantity = 1000 * between(random, 1, 8);
    const day = within();
    moves.push(internal("Transfer", item, from, day, -quantity));
    moves.push(internal("Transfer", item, to, day, quantity));
  }
  for (let i = 0; i < adjustments; i++) {
    const item = random.pick(items.sold);
    const quantity = 1000 * random.pick([-2, -1, -1, 1, 1, 2]);
    moves.push(internal("Adjustment", item, storehouseOf(item.row.id), within(), quantity));
  }
  const needed = shortfalls(moves);
  const pairs = firstInventory(items, lines - 2 * transfers - adjustments);
  const missing = [...needed.keys()].find((pair) => !pairs.has(pair));
  if (missing !== undefined)
    throw new RangeError(`The first inventory has no line for ${missing}.`);
  for (const [pair, { item, storehouseId }] of pairs) {
    const spare = 1000 * between(random, 1, 25);
    moves.push(internal("Inventory", item, storehouseId, first, (needed.get(pair) ?? 0) + spare));
  }
  const rank = (move: Move): number => (move.kind === "Inventory" ? 0 : move.quantity > 0 ? 1 : 2);
  return moves.sort((a, b) => a.day - b.day || rank(a) - rank(b));
}

function deliveries(drafts: readonly SaleDraft[]): Move[] {
  return drafts
    .filter(({ kind }) => kind === "Delivery")
    .flatMap(({ chain, day, firstLineId }) =>
      chain.lines.flatMap((line, i): Move[] =>
        line.stocked
          ? [
              {
                kind: "Delivery",
                item: line.item,
                storehouseId: line.storehouseId,
                day,
                quantity: -line.quantity,
                unitCost: line.item.cost,
                saleLineId: firstLineId + i,
                purchaseLineId: null,
                stockLineId: null,
              },
            ]
          : [],
      ),
    );
}

function receipts(drafts: readonly PurchaseDraft[]): Move[] {
  return drafts
    .filter(({ kind }) => kind === "Receipt")
    .flatMap(({ chain, day, firstLineId }) =>
      chain.lines.flatMap((line, i): Move[] =>
        line.stocked
          ? [
              {
                kind: "Receipt",
                item: line.item,
                storehouseId: line.storehouseId,
                day,
                quantity: line.quantity,
                unitCost: line.price,
                saleLineId: null,
                purchaseLineId: firstLineId + i,
                stockLineId: null,
              },
            ]
          : [],
      ),
    );
}

function internal(kind: Kind, item: Item, storehouseId: string, day: Day, quantity: number): Move {
  const unitCost = item.cost;
  const none = { saleLineId: null, purchaseLineId: null, stockLineId: null };
  return { kind, item, storehouseId, day, quantity, unitCost, ...none };
}

export function pairOf(itemId: string, storehouseId: string): string {
  return `${itemId} ${storehouseId}`;
}

/** How far below zero each pair would go without a first inventory; outs of a day count before its ins. */
function shortfalls(moves: readonly Move[]): Map<string, number> {
  const balances = new Map<string, number>();
  const needed = new Map<string, number>();
  for (const { item, storehouseId, quantity } of [...moves].sort(
    (a, b) => a.day - b.day || a.quantity - b.quantity,
  )) {
    const pair = pairOf(item.row.id, storehouseId);
    const balance = (balances.get(pair) ?? 0) + quantity;
    balances.set(pair, balance);
    if (-balance > (needed.get(pair) ?? 0)) needed.set(pair, -balance);
  }
  return needed;
}

/** The pairs that were counted first: what customers buy, where it is delivered from, then others. */
function firstInventory(items: Items, count: number) {
  const pairs = new Map<string, { item: Item; storehouseId: string }>();
  const candidates = [
    ...items.sold.map((item) => ({ item, storehouseId: storehouseOf(item.row.id) })),
    ...items.stocked.flatMap((item) =>
      ["DEP1", "DEP2", "DEP3"].map((storehouseId) => ({ item, storehouseId })),
    ),
  ];
  for (const candidate of candidates) {
    if (pairs.size >= count) break;
    pairs.set(pairOf(candidate.item.row.id, candidate.storehouseId), candidate);
  }
  if (pairs.size < count)
    throw new RangeError(`There are ${pairs.size} pairs to count, not ${count}.`);
  return pairs;
}
