import type { GeneratedSource } from "../generate.ts";
import { changeField } from "./change-field.ts";
import { changeParties } from "./change-parties.ts";
import { changeSales } from "./change-sales.ts";
import { changeReferences } from "./change-references.ts";
import { DayChanges, worldOfDay } from "./day-changes.ts";

/** What happens in the source on a day after the first: about 1 % of its rows. */
export function changesOfDay(source: GeneratedSource, day: number): DayChanges {
  const changes = new DayChanges();
  const world = worldOfDay(source.world, day);
  changeParties(world, source, changes);
  changeSales(world, source, changes);
  changeField(world, source, changes);
  changeReferences(world, source, changes);
  return changes;
}
