import type { Random } from "@lakewright/core";
import {
  givenNames,
  legalForms,
  publicBodies,
  surnames,
  tradeNames,
  tradeWords,
} from "../../catalogue/words.ts";
import { tables } from "../../schema/index.ts";
import { between, chance, sample, zipf } from "../draw.ts";
import { type Day, dayText, stamps } from "../time.ts";
import { type AnyRow, put, type RowOf, type World } from "../world.ts";
import type { Colleagues } from "./colleagues.ts";
import {
  nullMarkers,
  phoneDigits,
  plain,
  recased,
  shoutedEmail,
  slip,
  spacedOut,
  townTyped,
  writtenPhone,
  wrongEmail,
  wrongPhone,
} from "./dirty.ts";
import type { Place, Places } from "./places.ts";

export interface Customer {
  readonly row: RowOf<"customer">;
  /** Where work is done. */
  readonly site: Place;
  /** Buys between these days. */
  readonly from: Day;
  readonly until: Day;
  readonly isEuro: boolean;
}

export interface Customers {
  readonly all: readonly Customer[];
  readonly byId: ReadonlyMap<string, Customer>;
  /** Who buys in euro on a day; a few buy much. */
  draw(random: Random, day: Day): Customer;
  /** Who buys in another currency. */
  drawForeign(random: Random): Customer;
}

const families = [
  ["PRO", "Professionnels", ["Artisans", "Commerces", "Industrie"]],
  ["PAR", "Particuliers", ["Propriétaires", "Locataires", "Copropriétés"]],
  ["PUB", "Public", ["Communes", "Enseignement", "Santé"]],
] as const;
const familyOf = { Company: 0, Individual: 1, Public: 2 } as const;
const domains = ["orange.fr", "gmail.com", "wanadoo.fr", "free.fr", "outlook.fr", "sfr.fr"];

export function makeCustomers(
  world: World,
  places: Places,
  { sellers }: Colleagues,
  into: Map<string, Iterable<AnyRow>>,
): Customers {
  const random = world.random("customers");
  const { counts, first, last } = world;
  const old = stamps(random, first - 300, last, 0);
  const familyRows = families.map(([id, caption]) => ({ id, caption, ...old }));
  put(into, tables.customerFamily.table, familyRows);
  put(
    into,
    tables.customerSubFamily.table,
    families.flatMap(([familyId, , captions]) =>
      captions.map((caption, i) => ({ id: `${familyId}${i + 1}`, familyId, caption, ...old })),
    ),
  );
  const total = counts.rows("Customer");
  const twins = counts.dirt("duplicateCustomers");
  const foreign = counts.of(53);
  const abroad = counts.of(40);
  const all: Customer[] = [];
  for (let i = 0; i < total; i++) {
    const place =
      i % 11 === 3 && all.filter(({ isEuro }) => !isEuro).length < foreign
        ? places.farAway(random)
        : i % 11 === 7 && i < 11 * abroad
          ? places.abroad(random)
          : places.inFrance(random);
    all.push(
      i >= total - twins
        ? twinOf(random, all[random.integer(total - twins)]!, i, world)
        : newCustomer(random, i, place, places, world, random.pick(sellers).id),
    );
  }
  soil(world, all);
  put(
    into,
    tables.customer.table,
    all.map(({ row }) => row),
  );
  const euro = all.filter(({ isEuro }) => isEuro);
  const others = all.filter(({ isEuro }) => !isEuro);
  const drawEuro = zipf(random.shuffle([...euro]), 0.75);
  const faithful = euro.filter(({ from, until }) => from <= first && until >= last);
  return {
    all,
    byId: new Map(all.map((customer) => [customer.row.id, customer])),
    draw: (random, day) => {
      for (let attempt = 0; attempt < 12; attempt++) {
        const customer = drawEuro(random);
        if (customer.from <= day && day <= customer.until) return customer;
      }
      return random.pick(faithful.length > 0 ? faithful : euro);
    },
    drawForeign: (random) => random.pick(others),
  };
}

function newCustomer(
  random: Random,
  i: number,
  place: Place,
  places: Places,
  world: World,
  colleagueId: string,
): Customer {
  const draw = random.next();
  const type = draw < 0.55 ? "Company" : draw < 0.9 ? "Individual" : "Public";
  const name = nameOf(random, type, place);
  const site = chance(random, 0.3) && place.countryId === "FR" ? places.inFrance(random) : place;
  const from = chance(random, 0.45)
    ? world.first
    : world.first + random.integer(world.last - world.first - 60);
  const until = chance(random, 0.3)
    ? from + between(random, 30, Math.max(31, world.last - from))
    : world.last + 3650;
  const [family, , subFamilies] = families[familyOf[type]];
  const mailName = plain(name)
    .toLowerCase()
    .replace(/[^a-z]+/g, ".")
    .replace(/^\.|\.$/g, "");
  const created = from - between(random, 0, 40);
  const row: RowOf<"customer"> = {
    id: customerId(i),
    name,
    type,
    familyId: chance(random, 0.97) ? family : null,
    subFamilyId: `${family}${1 + random.integer(subFamilies.length)}`,
    mainContactId: null,
    phone: null,
    email: `${mailName.slice(0, 28)}@${random.pick(domains)}`,
    invoicingAddress1: place.address1,
    invoicingAddress2: chance(random, 0.12) ? `BP ${between(random, 10, 900)}` : null,
    invoicingZipCode: place.zipCode,
    invoicingCity: place.city,
    invoicingCountryId: place.countryId,
    deliveringAddress1: site.address1,
    deliveringAddress2: null,
    deliveringZipCode: site.zipCode,
    deliveringCity: site.city,
    deliveringCountryId: site.countryId,
    colleagueId: chance(random, 0.95) ? colleagueId : null,
    priceListId: `T${1 + random.integer(6)}`,
    settlementModeId: `M${String(1 + random.integer(12)).padStart(2, "0")}`,
    currencyId: place.currencyId,
    siren: type === "Individual" ? null : String(between(random, 300_000_000, 899_999_999)),
    intracommunityVatNumber: null,
    creditLimit: chance(random, 0.4) ? between(random, 2, 60) * 1000 : null,
    active: until >= world.last,
    creationDate: dayText(created),
    ...stamps(random, created, world.last, 700),
  };
  return { row, site, from, until, isEuro: place.currencyId === "EUR" };
}

/** The same customer entered once more. */
function twinOf(random: Random, original: Customer, i: number, world: World): Customer {
  const from = Math.min(world.last - 30, original.from + between(random, 30, 400));
  const row = {
    ...original.row,
    id: customerId(i),
    name: slip(random, original.row.name),
    creationDate: dayText(from),
    ...stamps(random, from, world.last, 200),
  };
  return { ...original, row, from: Math.max(from, original.from), until: original.until };
}

/** Puts the dirt of DIRT into exactly so many customers. */
function soil({ counts, random: sourceOf }: World, all: readonly Customer[]): void {
  const random = sourceOf("dirty customers");
  const rows = all.map(({ row }) => row);
  const french = random.shuffle(rows.filter((row) => row.invoicingCountryId === "FR"));
  const written = counts.dirt("phoneFormats");
  french.slice(0, written).forEach((row, i) => {
    row.phone = writtenPhone(phoneDigits(random), i % 10);
  });
  for (const row of french.slice(written, written + counts.dirt("phoneInvalid")))
    row.phone = wrongPhone(random, phoneDigits(random));
  const mails = random.shuffle([...rows]);
  for (const row of mails.splice(0, counts.dirt("emailInvalid")))
    row.email = wrongEmail(random, row.email!);
  for (const row of mails.splice(0, counts.dirt("emailCase")))
    row.email = shoutedEmail(random, row.email!);
  mails.splice(0, counts.dirt("nullMarkers")).forEach((row, i) => {
    row.email = nullMarkers[i % nullMarkers.length]!;
  });
  const named = random.shuffle([...rows]);
  for (const row of named.splice(0, counts.dirt("nameSpaces")))
    row.name = spacedOut(random, row.name);
  for (const row of named.splice(0, counts.dirt("nameCase"))) row.name = recased(random, row.name);
  for (const row of sample(random, french, counts.dirt("cityCase")))
    row.invoicingCity = townTyped(random, row.invoicingCity!);
  for (const row of sample(random, rows, counts.dirt("missingZipCodes"))) {
    row.deliveringAddress1 = null;
    row.deliveringZipCode = null;
    row.deliveringCity = null;
    row.deliveringCountryId = null;
  }
}

function nameOf(random: Random, type: "Company" | "Individual" | "Public", place: Place): string {
  switch (type) {
    case "Individual":
      return `${random.pick(surnames)} ${random.pick(givenNames)}`;
    case "Public":
      return `${random.pick(publicBodies)} ${place.city}`;
    case "Company":
      return chance(random, 0.5)
        ? `${random.pick(tradeWords)} ${random.pick(tradeNames)}`
        : `${random.pick(legalForms)} ${random.pick(surnames)}`;
  }
}

function customerId(i: number): string {
  return `CL${String(i + 1).padStart(5, "0")}`;
}
