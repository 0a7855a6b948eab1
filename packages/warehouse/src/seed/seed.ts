import type { SqlSession } from "@lakewright/sql";
import { daysBetween } from "../define/calendar/days.ts";
import type { StarTable } from "../define/star-table.ts";
import type { Writer } from "../schema/create.ts";
import { addDays } from "./days.ts";
import { addSpecialMembers } from "./special-members.ts";
import { addTimes } from "./times.ts";

/** Adds what the warehouse itself puts into a table and it does not have yet: members -1 and -2, days, times. */
export async function seedTable(
  session: SqlSession,
  writer: Writer,
  table: StarTable,
): Promise<void> {
  if (table.kind !== "dimension") return;
  const { days, clock } = table;
  await addSpecialMembers(session, writer, table);
  if (clock !== undefined) await addTimes(session, writer.place, table);
  if (days?.from === undefined) return;
  await addDays(session, writer.place, table, daysBetween(days.from, days.to!));
}
