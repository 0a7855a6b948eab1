import { surnames } from "../../../source/catalogue/words.ts";
import { tables } from "../../schema/index.ts";
import { sample } from "../draw.ts";
import type { GeneratedSource } from "../generate.ts";
import { phoneDigits, writtenPhone } from "../parties/dirty.ts";
import { dayText, stamps } from "../time.ts";
import type { World } from "../world.ts";
import { type DayChanges, touched } from "./day-changes.ts";

/** Customers move, get another number or seller, are closed; new ones come. A colleague changes the team. */
export function changeParties(
  world: World,
  { customers, colleagues, places }: GeneratedSource,
  changes: DayChanges,
): void {
  const random = world.random("parties");
  const { table } = tables.customer;
  sample(random, customers.all, world.counts.of(48)).forEach(({ row }, i) => {
    const stamp = touched(world.last, 7 * i);
    switch (i % 4) {
      case 0: {
        const place = places.inFrance(random);
        changes.update(table, {
          ...row,
          invoicingAddress1: place.address1,
          invoicingZipCode: place.zipCode,
          invoicingCity: place.city,
          invoicingCountryId: place.countryId,
          ...stamp,
        });
        break;
      }
      case 1:
        changes.update(table, {
          ...row,
          phone: writtenPhone(phoneDigits(random), i % 10),
          ...stamp,
        });
        break;
      case 2:
        changes.update(table, { ...row, subFamilyId: "PRO1", familyId: "PRO", ...stamp });
        break;
      default:
        changes.update(table, { ...row, active: !row.active, ...stamp });
    }
  });
  const fresh = Array.from({ length: world.counts.of(6) }, (_, i) => {
    const place = places.inFrance(random);
    return {
      ...random.pick(customers.all).row,
      id: `CL${String(customers.all.length + i + 1).padStart(5, "0")}`,
      name: `SARL ${random.pick(surnames)}`,
      type: "Company" as const,
      mainContactId: null,
      email: null,
      phone: writtenPhone(phoneDigits(random), 4),
      invoicingAddress1: place.address1,
      invoicingZipCode: place.zipCode,
      invoicingCity: place.city,
      invoicingCountryId: "FR",
      deliveringAddress1: null,
      deliveringZipCode: null,
      deliveringCity: null,
      deliveringCountryId: null,
      currencyId: "EUR",
      active: true,
      creationDate: dayText(world.last),
      ...stamps(random, world.last, world.last, 0),
    };
  });
  changes.insert(table, fresh);
  const mover = random.pick(colleagues.technicians);
  changes.update(tables.colleague.table, {
    ...mover,
    teamId: mover.teamId === "TN" ? "TS" : "TN",
    ...touched(world.last, 90),
  });
}
