import { tables } from "../../schema/index.ts";
import { between, chance } from "../draw.ts";
import type { Customers } from "../parties/customers.ts";
import type { Places } from "../parties/places.ts";
import type { Items } from "../stock/items.ts";
import { dayText, stamps } from "../time.ts";
import { type AnyRow, put, type RowOf, type World } from "../world.ts";

export interface Contracts {
  readonly contracts: readonly RowOf<"maintenanceContract">[];
  readonly products: readonly RowOf<"customerProduct">[];
}

/** Maintenance contracts, the equipment they are for, and further addresses of customers. */
export function makeContracts(
  world: World,
  customers: Customers,
  items: Items,
  places: Places,
  into: Map<string, Iterable<AnyRow>>,
): Contracts {
  const random = world.random("contracts");
  const { first, last, counts } = world;
  const contracts = Array.from({ length: counts.rows("MaintenanceContract") }, (_, i) => {
    const customer = random.pick(customers.all);
    const start = first + random.integer(last - first - 30);
    const ended = customer.until < last;
    return {
      id: i + 1,
      contractNumber: `CM${String(i + 1).padStart(4, "0")}`,
      customerId: customer.row.id,
      caption: chance(random, 0.8) ? "Contrat d'entretien" : null,
      startDate: dayText(start),
      endDate: ended ? dayText(Math.max(start + 30, customer.until)) : null,
      visitsPerYear: random.pick([1, 1, 2, 2, 4]),
      annualAmount: between(random, 12, 240) * 10,
      slaHours: chance(random, 0.85) ? random.pick([4, 8, 24, 48]) : null,
      state: ended ? "Ended" : chance(random, 0.95) ? "Active" : "Suspended",
      ...stamps(random, start, last, 600),
    } satisfies RowOf<"maintenanceContract">;
  });
  const equipment = items.all.filter(({ row }) => row.type === "Equipment");
  const products = Array.from({ length: counts.rows("CustomerProduct") }, (_, i) => {
    const contract = chance(random, 0.65) ? random.pick(contracts) : undefined;
    const installed = first - random.integer(2_000) + random.integer(1_500);
    const maintained = Math.min(last, Math.max(installed, first) + random.integer(1_700));
    return {
      id: i + 1,
      customerId: contract?.customerId ?? random.pick(customers.all).row.id,
      itemId: random.pick(equipment).row.id,
      serialNumber: chance(random, 0.9) ? `SN-${between(random, 100_000, 999_999)}` : "N/A",
      installDate: dayText(installed),
      warrantyEndDate: dayText(installed + 730),
      lastMaintenanceDate: chance(random, 0.7) ? dayText(maintained) : null,
      state: random.pick([
        "InService",
        "InService",
        "InService",
        "OutOfService",
        "Replaced",
      ] as const),
      maintenanceContractId: contract?.id ?? null,
      ...stamps(random, Math.max(first - 200, installed), last, 800),
    } satisfies RowOf<"customerProduct">;
  });
  put(into, tables.maintenanceContract.table, contracts);
  put(into, tables.customerProduct.table, products);
  const addresses = Array.from({ length: counts.rows("CustomerAddress") }, (_, i) => {
    const place = places.inFrance(random);
    return {
      id: i + 1,
      customerId: customers.all[i % customers.all.length]!.row.id,
      caption: random.pick(["Siège", "Livraison", "Dépôt", "chantier", null]),
      address1: place.address1,
      zipCode: place.zipCode,
      city: place.city,
      countryId: place.countryId,
      latitude: place.latitude,
      longitude: place.longitude,
      ...stamps(random, first + random.integer(1_500), last, 100),
    } satisfies RowOf<"customerAddress">;
  });
  put(into, tables.customerAddress.table, addresses);
  return { contracts, products };
}
