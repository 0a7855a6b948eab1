import type { Random } from "@lakewright/core";
import type { SaleDraft, UnwrittenSale } from "../documents/sales.ts";
import { price } from "../documents/amounts.ts";
import { tables } from "../../schema/index.ts";
import { between } from "../draw.ts";
import type { GeneratedSource } from "../generate.ts";
import { centsOf, euros, priceOf, quantityOf } from "../money.ts";
import { dayText, stamps } from "../time.ts";
import type { RowOf, World } from "../world.ts";
import { type DayChanges, touched } from "./day-changes.ts";

/**
 * Puts items that are in stock on the lines of the day's deliveries. What is returned takes them from the stock, once the
 * lines have their numbers.
 */
export function moveStock(
  world: World,
  random: Random,
  { rows, items }: GeneratedSource,
  drafts: readonly UnwrittenSale[],
  changes: DayChanges,
): (written: readonly SaleDraft[]) => void {
  const stock = ([...rows.get("StockItem")!] as RowOf<"stockItem">[]).filter(
    ({ realStock }) => Number(realStock) >= 5,
  );
  const byId = new Map(items.all.map((item) => [item.row.id, item]));
  const taken = new Map<SaleDraft["chain"]["lines"][0], RowOf<"stockItem">>();
  const free = random.shuffle(stock);
  for (const { kind, chain } of drafts) {
    if (kind !== "Delivery") continue;
    for (const line of chain.lines) {
      const pair = free.pop();
      if (!pair) break;
      line.item = byId.get(pair.itemId)!;
      line.itemId = pair.itemId;
      line.quantity = 1000 * between(random, 1, 4);
      line.storehouseId = pair.storehouseId;
      line.price = line.item.price;
      line.stocked = true;
      price(line);
      taken.set(line, pair);
    }
  }
  return (written) => {
    let id = [...rows.get("StockMovement")!].length;
    for (const { kind, chain, firstLineId } of written) {
      if (kind !== "Delivery") continue;
      chain.lines.forEach((line, i) => {
        const pair = taken.get(line);
        if (!pair) return;
        const real = Math.round(Number(pair.realStock) * 1000) - line.quantity;
        const pump = Math.round(Number(pair.pump) * 10_000);
        changes.update(tables.stockItem.table, {
          ...pair,
          realStock: quantityOf(real),
          stockValue: euros(centsOf(real, pump)),
          ...touched(world.last, i),
        });
        changes.insert(tables.stockMovement.table, [
          {
            id: ++id,
            itemId: line.itemId,
            storehouseId: line.storehouseId,
            movementDate: dayText(world.last),
            type: "Delivery",
            quantity: quantityOf(-line.quantity),
            unitCost: priceOf(line.item.cost),
            saleDocumentLineId: firstLineId + i,
            purchaseDocumentLineId: null,
            stockDocumentLineId: null,
            ...stamps(random, world.last, world.last, 0),
          } satisfies RowOf<"stockMovement">,
        ]);
      });
    }
  };
}
