import { contactFunctions, givenNames, surnames } from "../../catalogue/words.ts";
import { tables } from "../../schema/index.ts";
import { chance } from "../draw.ts";
import { stamps } from "../time.ts";
import { type AnyRow, put, type RowOf, type World } from "../world.ts";
import type { Customers } from "./customers.ts";
import { phoneDigits, plain, writtenPhone } from "./dirty.ts";

/** One contact for every customer and supplier, and more for some; the first is the main one. */
export function makeContacts(
  world: World,
  customers: Customers,
  suppliers: readonly RowOf<"supplier">[],
  into: Map<string, Iterable<AnyRow>>,
): void {
  const random = world.random("contacts");
  const owners = customers.all.length + suppliers.length;
  const rows = Array.from({ length: world.counts.rows("Contact") }, (_, i): RowOf<"contact"> => {
    const owner = i < owners ? i : random.integer(owners);
    const customer = customers.all[owner]?.row;
    const supplier = customer ? undefined : suppliers[owner - customers.all.length]!;
    const [lastName, firstName] = [random.pick(surnames), random.pick(givenNames)];
    const isMain = i < owners;
    if (isMain) (customer ?? supplier!).mainContactId = i + 1;
    return {
      id: i + 1,
      customerId: customer?.id ?? null,
      supplierId: supplier?.id ?? null,
      civility: random.pick(["M.", "Mme", "Mr", "MME", null]),
      lastName: chance(random, 0.2) ? lastName.toUpperCase() : lastName,
      firstName,
      function: chance(random, 0.6) ? random.pick(contactFunctions) : null,
      phone: chance(random, 0.5) ? writtenPhone(phoneDigits(random), random.integer(10)) : null,
      cellPhone: chance(random, 0.6) ? writtenPhone(phoneDigits(random), random.integer(10)) : null,
      email: chance(random, 0.7)
        ? `${plain(firstName).toLowerCase()}.${plain(lastName).toLowerCase()}@orange.fr`
        : null,
      isMain,
      ...stamps(random, world.first + random.integer(1200), world.last, 500),
    };
  });
  put(into, tables.contact.table, rows);
}
