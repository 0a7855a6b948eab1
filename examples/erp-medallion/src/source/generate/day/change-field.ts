import { resolutionNotes } from "../../catalogue/words.ts";
import { tables } from "../../schema/index.ts";
import { between, chance, sample } from "../draw.ts";
import { makeActivity } from "../field/activities.ts";
import { makeEvent } from "../field/events.ts";
import type { GeneratedSource } from "../generate.ts";
import { instant, stamps, workday } from "../time.ts";
import type { AnyRow, RowOf, World } from "../world.ts";
import { type DayChanges, touched } from "./day-changes.ts";

/** The day's interventions are done, new ones are planned, the first tickets are opened; calls are made and deleted. */
export function changeField(world: World, source: GeneratedSource, changes: DayChanges): void {
  const random = world.random("field");
  const { events, customers, contracts, colleagues, sales } = source;
  const { last } = world;
  const dayEnd = instant(last + 1, 0);
  for (const event of events) {
    const isDue = event.state === "Scheduled" && (event.startDateTime as bigint) < dayEnd;
    if (!isDue && event.state !== "InProgress") continue;
    const start = (event.realStartDateTime ?? event.startDateTime) as bigint;
    changes.update(tables.scheduleEvent.table, {
      ...event,
      state: "Done",
      realStartDateTime: start,
      realEndDateTime: start + BigInt(between(random, 25, 180)) * 60_000_000n,
      firstCallResolution: chance(random, 0.85),
      satisfaction: chance(random, 0.7) ? between(random, 3, 5) : null,
      resolutionNotes: random.pick(resolutionNotes),
      billableAmount: event.maintenanceContractId == null ? between(random, 60, 420) : 0,
      ...touched(last, event.id),
    });
  }
  changes.insert(
    tables.scheduleEvent.table,
    Array.from({ length: world.counts.of(22) }, (_, i) => {
      const id = events.length + i + 1;
      const day = workday(last + 1 + random.integer(30));
      const event = makeEvent(world, random, id, day, customers, contracts, colleagues);
      return { ...event, ...stamps(random, last, last, 0) };
    }),
  );
  changes.insert(tables.incident.table, incidents(world, source));
  const about = sales.drafts.filter(({ kind, state }) => kind === "Quote" && state === "Accepted");
  const count = world.counts.rows("Activity");
  changes.insert(
    tables.activity.table,
    Array.from({ length: world.counts.of(60) }, (_, i) => ({
      ...makeActivity(world, random, count + i + 1, last, customers, colleagues, about),
      ...stamps(random, last, last, 0),
    })),
  );
  changes.delete(tables.activity.table, idsOf(random, count, world.counts.of(25)));
  changes.delete(
    tables.dealItem.table,
    idsOf(random, world.counts.rows("DealItem"), world.counts.of(15)),
  );
  changes.delete(
    tables.customerAddress.table,
    idsOf(random, world.counts.rows("CustomerAddress"), world.counts.of(6)),
  );
}

function idsOf(random: ReturnType<World["random"]>, rows: number, count: number): AnyRow[] {
  const ids = new Set<number>();
  while (ids.size < Math.min(count, rows)) ids.add(1 + random.integer(rows));
  return [...ids].sort((a, b) => a - b).map((id) => ({ id }));
}

/** The first tickets: some are answered, a few are solved the same day, one was opened again. */
function incidents(
  world: World,
  { contracts, customers, colleagues }: GeneratedSource,
): RowOf<"incident">[] {
  const random = world.random("incidents");
  const { last } = world;
  const types = ["Breakdown", "Question", "Complaint", "Delivery", "Billing"] as const;
  const products = sample(random, contracts.products, world.counts.of(14));
  return Array.from({ length: world.counts.of(14) }, (_, i): RowOf<"incident"> => {
    const product = products[i];
    const minute = between(random, 480, 800);
    const answered = i % 3 !== 2;
    const solved = i % 4 === 0;
    return {
      id: i + 1,
      incidentNumber: `TK${String(i + 1).padStart(5, "0")}`,
      customerId: product?.customerId ?? random.pick(customers.all).row.id,
      customerProductId: product?.id ?? null,
      itemId: product?.itemId ?? null,
      colleagueId: answered ? random.pick(colleagues.technicians).id : null,
      type: types[i % types.length]!,
      priority: between(random, 1, 5),
      severity: random.pick(["Minor", "Major", "Critical"] as const),
      state: i === 4 ? "Reopened" : solved ? "Resolved" : answered ? "InProgress" : "New",
      creationDateTime: instant(last, minute),
      firstResponseDateTime: answered ? instant(last, minute + between(random, 10, 150)) : null,
      resolutionDateTime:
        solved && i !== 4 ? instant(last, minute + between(random, 160, 400)) : null,
      slaResponseHours: 2,
      slaResolutionHours: random.pick([4, 8, 24]),
      reopenedCount: i === 4 ? 1 : 0,
      escalated: i % 7 === 6,
      resolutionCategory:
        solved && i !== 4 ? random.pick(["Pièce", "Réglage", "Information"]) : null,
      description: random.pick(["Plus d'eau chaude", "bruit  anormal", "Code erreur E12", null]),
      ...stamps(random, last, last, 0),
    };
  });
}
