import { surnames, tradeNames } from "../../catalogue/words.ts";
import { tables } from "../../schema/index.ts";
import { between, chance } from "../draw.ts";
import { stamps } from "../time.ts";
import { type AnyRow, put, type RowOf, type World } from "../world.ts";
import { phoneDigits, plain, writtenPhone, wrongPhone } from "./dirty.ts";
import type { Places } from "./places.ts";

const families = [
  ["FAB", "Fabricants"],
  ["NEG", "Négoces"],
  ["SST", "Sous-traitants"],
  ["SRV", "Services"],
  ["TRA", "Transporteurs"],
] as const;
const types = ["Manufacturer", "Wholesaler", "Subcontractor", "Service", "Service"] as const;
const trades = ["Thermique", "Comptoir", "Distribution", "Établissements", "Groupe", "Industries"];

export function makeSuppliers(
  world: World,
  places: Places,
  into: Map<string, Iterable<AnyRow>>,
): readonly RowOf<"supplier">[] {
  const random = world.random("suppliers");
  put(
    into,
    tables.supplierFamily.table,
    families.map(([id, caption]) => ({ id, caption })),
  );
  const wrong = world.counts.dirt("supplierPhoneInvalid");
  const rows = Array.from({ length: world.counts.rows("Supplier") }, (_, i) => {
    const kind = i % families.length;
    const place = chance(random, 0.9) ? places.inFrance(random) : places.abroad(random);
    const name = `${random.pick(trades)} ${chance(random, 0.5) ? random.pick(surnames) : random.pick(tradeNames)}`;
    const digits = phoneDigits(random);
    return {
      id: `FR${String(i + 1).padStart(5, "0")}`,
      name,
      type: types[kind]!,
      familyId: families[kind]![0],
      mainContactId: null,
      phone:
        i % 30 === 4 && i / 30 < wrong ? wrongPhone(random, digits) : writtenPhone(digits, i % 10),
      email: `contact@${plain(name)
        .toLowerCase()
        .replace(/[^a-z]+/g, "-")}.fr`,
      address1: place.address1,
      address2: null,
      zipCode: place.zipCode,
      city: place.city,
      countryId: place.countryId,
      settlementModeId: `M${String(1 + random.integer(12)).padStart(2, "0")}`,
      paymentTermDays: random.pick([30, 30, 45, 60]),
      currencyId: "EUR",
      active: chance(random, 0.93),
      ...stamps(random, world.first - between(random, 10, 900), world.last, 1500),
    } satisfies RowOf<"supplier">;
  });
  put(into, tables.supplier.table, rows);
  put(into, tables.supplierAddress.table, supplierAddresses(world, places, rows));
  return rows;
}

function supplierAddresses(
  world: World,
  places: Places,
  suppliers: readonly RowOf<"supplier">[],
): RowOf<"supplierAddress">[] {
  const random = world.random("supplier addresses");
  return Array.from({ length: world.counts.rows("SupplierAddress") }, (_, i) => {
    const { address1, zipCode, city, countryId } = places.inFrance(random);
    return {
      id: i + 1,
      supplierId: suppliers[i % suppliers.length]!.id,
      caption: i < suppliers.length ? "Siège" : "Dépôt",
      address1,
      zipCode,
      city,
      countryId,
      ...stamps(random, world.first + random.integer(900), world.last, 300),
    };
  });
}
