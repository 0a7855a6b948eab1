import { tables } from "../../schema/index.ts";
import { sample } from "../draw.ts";
import type { GeneratedSource } from "../generate.ts";
import type { RowOf, World } from "../world.ts";
import { type DayChanges, touched } from "./day-changes.ts";

/** Prices of a family rise, a part of the accounts moves to other numbers, and the census of some towns comes in. */
export function changeReferences(
  world: World,
  { rows, items, references }: GeneratedSource,
  changes: DayChanges,
): void {
  const random = world.random("references");
  sample(random, items.all, world.counts.of(120)).forEach(({ row }, i) => {
    changes.update(tables.item.table, {
      ...row,
      salePrice: Math.round(Number(row.salePrice) * 104) / 100,
      ...touched(world.last, i),
    });
  });
  const accounts = rows.get("ItemAccount") as Iterable<RowOf<"itemAccount">>;
  const wanted = world.counts.of(4_600);
  const { updated } = changes.of(tables.itemAccount.table);
  for (const account of accounts) {
    if (updated.length >= wanted) break;
    if (account.id % 7 === 3)
      updated.push({
        ...account,
        account: `${account.account}0`,
        ...touched(world.last, account.id),
      });
  }
  // No column says that these changed: they are found by comparing.
  for (const town of sample(random, references.zipCodes, world.counts.of(1_150)))
    changes
      .of(tables.zipCode.table)
      .updated.push({ ...town, population: town.population + 1 + random.integer(40) });
}
