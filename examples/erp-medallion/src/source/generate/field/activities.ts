import type { Random } from "@lakewright/core";
import { activitySubjects } from "../../catalogue/words.ts";
import type { SaleDraft } from "../documents/sales.ts";
import { between, chance } from "../draw.ts";
import type { Colleagues } from "../parties/colleagues.ts";
import type { Customers } from "../parties/customers.ts";
import { type Day, instant, stamps, workday } from "../time.ts";
import type { RowOf, World } from "../world.ts";

const types = ["Call", "Call", "Call", "Email", "Email", "Visit", "Quote", "Order"] as const;
const minutes = { Call: 12, Email: 6, Visit: 75, Quote: 30, Order: 15 } as const;

/** Calls, mails and visits; those about a quote or an order name the document. */
export function* activities(
  world: World,
  customers: Customers,
  colleagues: Colleagues,
  drafts: readonly SaleDraft[],
): Generator<RowOf<"activity">> {
  const random = world.random("activities");
  const about = drafts.filter(({ kind }) => kind === "Quote" || kind === "Order");
  const count = world.counts.rows("Activity");
  const span = world.last - world.first;
  for (let i = 0; i < count; i++) {
    const day = workday(world.first + Math.floor((i * span) / count));
    yield makeActivity(
      world,
      random,
      i + 1,
      Math.min(day, world.last),
      customers,
      colleagues,
      about,
    );
  }
}

export function makeActivity(
  world: World,
  random: Random,
  id: number,
  day: Day,
  customers: Customers,
  { sellers }: Colleagues,
  about: readonly SaleDraft[],
): RowOf<"activity"> {
  const type = random.pick(types);
  const draft =
    type === "Quote" || type === "Order" ? about[random.integer(about.length)] : undefined;
  const customer = draft?.customer ?? customers.draw(random, day);
  const on = draft?.day ?? day;
  return {
    id,
    type,
    customerId: customer.row.id,
    contactId: customer.row.mainContactId ?? null,
    colleagueId: draft?.colleagueId ?? random.pick(sellers).id,
    startDateTime: instant(on, 480 + random.integer(600)),
    durationMinutes: chance(random, 0.9)
      ? Math.max(1, Math.round(minutes[type] * (0.4 + 1.2 * random.next())))
      : null,
    outcome: chance(random, 0.66) ? "Success" : chance(random, 0.7) ? "Failed" : "Pending",
    subject: random.pick(activitySubjects),
    notes: chance(random, 0.25) ? `à rappeler  le ${between(random, 1, 28)}` : null,
    saleDocumentId: draft?.id ?? null,
    ...stamps(random, on, Math.max(on, world.last), 5),
  };
}
