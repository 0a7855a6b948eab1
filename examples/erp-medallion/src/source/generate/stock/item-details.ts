import { tables } from "../../schema/index.ts";
import { between } from "../draw.ts";
import { stamps } from "../time.ts";
import { type AnyRow, put, type RowOf, type World } from "../world.ts";
import type { Items } from "./items.ts";

const territories = ["FR", "UE", "EXPORT", "DOM", "MONACO", "CORSE", "SUSPENSION"];
const operations = ["Sale", "Purchase", "Stock"] as const;

/** Accounts of every item in every territory, and who supplies it at which price. */
export function makeItemDetails(
  world: World,
  items: Items,
  suppliers: readonly RowOf<"supplier">[],
  into: Map<string, Iterable<AnyRow>>,
): void {
  put(into, tables.itemAccount.table, { [Symbol.iterator]: () => accounts(world, items) });
  const random = world.random("supplier items");
  const goods = items.all.filter(({ row }) => row.mainSupplierId !== null);
  const rows = Array.from({ length: world.counts.rows("SupplierItem") }, (_, i) => {
    const item = goods[i % goods.length]!;
    const isMain = i < goods.length;
    const supplierId = isMain
      ? item.row.mainSupplierId!
      : suppliers[(i * 31 + Math.floor(i / goods.length)) % suppliers.length]!.id;
    return {
      id: i + 1,
      supplierId,
      itemId: item.row.id,
      supplierReference: `${supplierId}-${between(random, 1000, 99_999)}`,
      purchasePrice: Math.round((item.cost * between(random, 88, 112)) / 10_000) / 100,
      currencyId: "EUR",
      leadTimeDays: random.pick([2, 3, 5, 7, 10, 14, 21]),
      minimumQuantity: random.pick([1, 1, 1, 5, 10]),
      isMain,
      ...stamps(random, world.first - random.integer(200), world.last, 1600),
    } satisfies RowOf<"supplierItem">;
  });
  put(into, tables.supplierItem.table, rows);
}

function* accounts(world: World, items: Items): Generator<RowOf<"itemAccount">> {
  const random = world.random("item accounts");
  const count = world.counts.rows("ItemAccount");
  for (let i = 0; i < count; i++) {
    const kind = Math.floor(i / items.all.length);
    const operation = operations[kind % operations.length]!;
    const { row } = items.all[i % items.all.length]!;
    const prefix = operation === "Sale" ? "707" : operation === "Purchase" ? "607" : "370";
    yield {
      id: i + 1,
      itemId: row.id,
      territoriality: territories[Math.floor(kind / operations.length) % territories.length]!,
      operation,
      account: `${prefix}${between(random, 100, 199)}`,
      vatId: operation === "Stock" ? null : "V20",
      ...stamps(random, world.first - 200, world.last, 0),
    };
  }
}
