import type { Random } from "@lakewright/core";
import { brands, itemUniverses } from "../../catalogue/words.ts";
import { tables } from "../../schema/index.ts";
import { between, chance, lognormal, sample, zipf } from "../draw.ts";
import { spacedOut } from "../parties/dirty.ts";
import { stamps } from "../time.ts";
import { type AnyRow, put, type RowOf, type World } from "../world.ts";

export interface Item {
  readonly row: RowOf<"item">;
  /** In ten-thousandths of a euro, as are costs. */
  readonly price: number;
  readonly cost: number;
}

export interface Items {
  readonly all: readonly Item[];
  /** Items whose stock is kept. */
  readonly stocked: readonly Item[];
  /** The part of them that customers buy; each is delivered from one storehouse. */
  readonly sold: readonly Item[];
  drawAny(random: Random): Item;
  drawSold(random: Random): Item;
  /** Services and goods whose stock nobody keeps. */
  drawUntracked(random: Random): Item;
  drawStocked(random: Random): Item;
}

const units = "U H KM M M2 M3 KG L ML BTE LOT PAQ JR FFT".split(" ");

export function makeItems(
  world: World,
  suppliers: readonly RowOf<"supplier">[],
  into: Map<string, Iterable<AnyRow>>,
): Items {
  const random = world.random("items");
  const old = stamps(random, world.first - 300, world.last, 0);
  const families = Object.entries(itemUniverses).flatMap(([universe, captions]) =>
    captions.map((caption, i) => ({
      id: `${universe.slice(0, 3).toUpperCase().normalize("NFD").replace(/\p{M}/gu, "")}${i + 1}`,
      caption,
      universe,
      ...old,
    })),
  );
  const subFamilies = Array.from(
    { length: world.counts.rows("ItemSubFamily") },
    (_, i): RowOf<"itemSubFamily"> => {
      const family = families[i % families.length]!;
      const level = ["Standard", "Premium", "Accessoires"][Math.floor(i / families.length)]!;
      return {
        id: `${family.id}-${level[0]!}`,
        familyId: family.id,
        caption: `${family.caption} ${level.toLowerCase()}`,
        ...old,
      };
    },
  );
  put(into, tables.itemFamily.table, families);
  put(into, tables.itemSubFamily.table, subFamilies);
  put(
    into,
    tables.unit.table,
    units.map((id): RowOf<"unit"> => ({ id, caption: id, decimals: id === "U" ? 0 : 2 })),
  );
  const count = world.counts.rows("Item");
  const tracked = world.counts.rows("StockItem") / 3;
  const goods = subFamilies.filter(({ familyId }) => !familyId.startsWith("SER"));
  const services = subFamilies.filter(({ familyId }) => familyId.startsWith("SER"));
  const all = Array.from({ length: count }, (_, i): Item => {
    const trackStock = i < tracked;
    const isService = !trackStock && i % 3 !== 0;
    const subFamily = random.pick(isService ? services : goods);
    const type = isService
      ? subFamily.caption.startsWith("Main")
        ? "Labour"
        : "Service"
      : i % 7 === 0
        ? "Equipment"
        : "Goods";
    const median = type === "Equipment" ? 900 : isService ? 62 : 38;
    const price = Math.max(100, Math.round(lognormal(random, median, 0.9) * 100)) * 100;
    const cost = Math.round((price * between(random, 45, 85)) / 100 / 100) * 100;
    const supplier = isService ? undefined : suppliers[random.integer(suppliers.length)]!;
    const row: RowOf<"item"> = {
      id: `ART${String(i + 1).padStart(5, "0")}`,
      caption: `${subFamily.caption} ${random.pick(brands)} ${between(random, 10, 990)}`,
      reference: `${subFamily.id}.${between(random, 1000, 9999)}`,
      barCode: isService
        ? null
        : `3${String(between(random, 1e8, 9e8))}${between(random, 100, 999)}`,
      familyId: chance(random, 0.99) ? subFamily.familyId : null,
      subFamilyId: subFamily.id,
      type,
      unitId: isService ? random.pick(["H", "KM", "FFT", "U"]) : "U",
      costPrice: cost / 10_000,
      salePrice: price / 10_000,
      vatId: "V20",
      trackStock,
      mainSupplierId: supplier?.id ?? null,
      weight: isService ? null : between(random, 50, 60_000) / 1000,
      active: chance(random, 0.92),
      ...stamps(random, world.first - random.integer(280), world.last, 1600),
    };
    return { row, price, cost };
  });
  for (const { row } of sample(random, all, world.counts.dirt("itemCaptionSpaces")))
    row.caption = spacedOut(random, row.caption)
      .trim()
      .replace(/^(\S+) (?! )/, "$1  ");
  put(
    into,
    tables.item.table,
    all.map(({ row }) => row),
  );
  const stocked = random.shuffle(all.slice(0, tracked));
  const sold = stocked.slice(0, Math.min(stocked.length, Math.floor(world.counts.of(1_850))));
  return {
    all,
    stocked,
    sold,
    drawAny: zipf(random.shuffle([...all]), 0.6),
    drawSold: zipf(sold, 0.7),
    drawUntracked: zipf(random.shuffle(all.slice(tracked)), 0.6),
    drawStocked: zipf(stocked, 0.6),
  };
}
