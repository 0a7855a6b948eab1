import type { SqlSession } from "@lakewright/sql";
import { daysBetween } from "../define/calendar/days.ts";
import type { StarTable } from "../define/star-table.ts";
import type { Writer } from "../schema/create.ts";
import { addDays } from "./days.ts";
import { addSpecialMembers } from "./special-members.ts";
import { addTimes } from "./times.ts";

/** Adds what the warehouse itself puts into its tables and they do not have yet: members -1 and -2, days, times. */
export async function seedTables(
  session: SqlSession,
  writer: Writer,
  tables: readonly StarTable[],
): Promise<void> {
  for (const table of tables) {
    if (table.kind !== "dimension") continue;
    const { days, clock } = table;
    await addSpecialMembers(session, writer, table);
    if (clock !== undefined) await addTimes(session, writer.place, table);
    if (days?.from === undefined) continue;
    await addDays(session, writer.place, table, daysBetween(days.from, days.to!));
  }
}
