import type { Random } from "@lakewright/core";
import { resolutionNotes } from "../../catalogue/words.ts";
import { tables } from "../../schema/index.ts";
import { between, chance, sample } from "../draw.ts";
import type { Colleagues } from "../parties/colleagues.ts";
import type { Customers } from "../parties/customers.ts";
import { round6 } from "../references.ts";
import { type Day, instant, isWeekend, stamps, workday } from "../time.ts";
import { type AnyRow, put, type RowOf, type World } from "../world.ts";
import type { Contracts } from "./contracts.ts";

type Event = RowOf<"scheduleEvent">;

const types = [
  ["ENT1", "Entretien annuel", "Maintenance", 90],
  ["ENT2", "Entretien semestriel", "Maintenance", 60],
  ["CTRL", "Contrôle réglementaire", "Maintenance", 45],
  ["RAMO", "Ramonage", "Maintenance", 60],
  ["DEP1", "Dépannage", "Repair", 90],
  ["DEP2", "Dépannage urgent", "Repair", 75],
  ["FUIT", "Recherche de fuite", "Repair", 120],
  ["REMP", "Remplacement de pièce", "Repair", 120],
  ["POSE", "Pose", "Install", 240],
  ["MES", "Mise en service", "Install", 120],
  ["RACC", "Raccordement", "Install", 180],
  ["FORM", "Prise en main", "Install", 60],
] as const;

const MINUTE = 60_000_000n;

/** Interventions of technicians at customers', the last of them planned for the days to come. */
export function makeEvents(
  world: World,
  customers: Customers,
  contracts: Contracts,
  colleagues: Colleagues,
  into: Map<string, Iterable<AnyRow>>,
): readonly Event[] {
  const random = world.random("events");
  const old = stamps(random, world.first - 200, world.last, 0);
  put(
    into,
    tables.scheduleEventType.table,
    types.map(([id, caption, category, defaultDurationMinutes]) => {
      return { id, caption, category, defaultDurationMinutes, ...old };
    }),
  );
  const count = world.counts.rows("ScheduleEvent");
  const ahead = Math.ceil(count * 0.03);
  const days = Array.from({ length: count }, (_, i): Day => {
    if (i < ahead) return workday(world.last + 1 + random.integer(30));
    for (;;) {
      const day = world.first + random.integer(world.last - world.first + 1);
      if (!isWeekend(day) || chance(random, 0.03)) return day;
    }
  }).sort((a, b) => a - b);
  const rows = days.map((day, i) =>
    makeEvent(world, random, i + 1, day, customers, contracts, colleagues),
  );
  soil(world, rows);
  put(into, tables.scheduleEvent.table, rows);
  return rows;
}

/** One intervention on a day; whether it is over follows from the day. */
export function makeEvent(
  world: World,
  random: Random,
  id: number,
  day: Day,
  customers: Customers,
  { contracts, products }: Contracts,
  { technicians }: Colleagues,
): Event {
  const product = chance(random, 0.55) ? random.pick(products) : undefined;
  const customer = product
    ? customers.byId.get(product.customerId)!
    : customers.draw(random, Math.min(day, world.last));
  const [eventTypeId, , category, duration] = types[random.integer(types.length)]!;
  const isUrgent = eventTypeId === "DEP2";
  const contractId = product?.maintenanceContractId ?? null;
  const sla = contractId === null ? null : (contracts[contractId - 1]!.slaHours ?? null);
  const start = instant(day, 480 + 15 * random.integer(32));
  const isOver = day < world.last;
  const isCancelled = chance(random, 0.05);
  const isRunning = day === world.last && chance(random, 0.3);
  const isDone = (isOver || (day === world.last && !isRunning)) && !isCancelled;
  const delay = BigInt(Math.round(Math.max(-20, 12 * random.normal())));
  const actual = Math.max(15, Math.round(duration * (1 + 0.25 * random.normal())));
  const realStart = start + delay * MINUTE;
  const realEnd = realStart + BigInt(actual) * MINUTE;
  const firstCall = isDone ? chance(random, category === "Repair" ? 0.78 : 0.93) : null;
  const satisfaction = Math.max(
    1,
    Math.min(5, Math.round(4.2 + 0.8 * random.normal() - (firstCall === false ? 1 : 0))),
  );
  const { site } = customer;
  return {
    id,
    eventNumber: `INT${String(id).padStart(6, "0")}`,
    eventTypeId,
    customerId: customer.row.id,
    colleagueId: chance(random, 0.99) ? technicianOf(random, technicians, day) : null,
    customerProductId: product?.id ?? null,
    maintenanceContractId: contractId,
    dealId: null,
    priority: isUrgent ? 1 : chance(random, 0.95) ? between(random, 2, 5) : null,
    state: isCancelled ? "Cancelled" : isDone ? "Done" : isRunning ? "InProgress" : "Scheduled",
    startDateTime: start,
    endDateTime: start + BigInt(duration) * MINUTE,
    realStartDateTime: isDone || (isRunning && !isCancelled) ? realStart : null,
    realEndDateTime: isDone ? realEnd : null,
    dueDateTime: sla === null ? null : start + BigInt(Math.ceil(sla / 4)) * 60n * MINUTE,
    address1: site.address1,
    zipCode: site.zipCode,
    city: site.city,
    latitude: site.latitude === null ? null : round6(site.latitude + (random.next() - 0.5) / 50),
    longitude: site.longitude === null ? null : round6(site.longitude + (random.next() - 0.5) / 50),
    firstCallResolution: firstCall,
    satisfaction: isDone ? satisfaction : null,
    resolutionNotes: isDone ? random.pick(resolutionNotes) : null,
    billableAmount: isDone && contractId === null ? between(random, 60, 420) : 0,
    ...stamps(random, Math.min(day, world.last) - random.integer(20), world.last, 20),
  };
}

function technicianOf(random: Random, technicians: Colleagues["technicians"], day: Day): string {
  for (;;) {
    const { id, leaveDate } = random.pick(technicians);
    if (leaveDate == null || Date.parse(`${leaveDate}T00:00:00Z`) / 86_400_000 >= day) return id;
  }
}

/** Exactly so many without coordinates, and so many that are done and were not rated. */
function soil(world: World, rows: readonly Event[]): void {
  const random = world.random("dirty events");
  const abroad = rows.filter(({ latitude }) => latitude === null);
  const missing = Math.max(0, world.counts.dirt("missingCoordinates") - abroad.length);
  for (const row of sample(
    random,
    rows.filter(({ latitude }) => latitude !== null),
    missing,
  )) {
    row.latitude = null;
    row.longitude = null;
  }
  const done = rows.filter(({ state }) => state === "Done");
  for (const row of sample(random, done, world.counts.dirt("missingSatisfaction")))
    row.satisfaction = null;
}
