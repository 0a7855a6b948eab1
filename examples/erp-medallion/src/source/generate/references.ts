import { countries } from "../catalogue/countries.ts";
import { departments } from "../catalogue/departments.ts";
import { townEnds, townRoots, townSaints } from "../catalogue/words.ts";
import { tables } from "../schema/index.ts";
import { between, lognormal } from "./draw.ts";
import { dayOf, dayText, stamps } from "./time.ts";
import { type AnyRow, put, type RowOf, type World } from "./world.ts";

export interface References {
  readonly zipCodes: readonly RowOf<"zipCode">[];
  /** Euro for one unit in millionths, by currency and month ("2024-05"). */
  rateAt(currency: string, day: number): number;
}

const currencies = [
  ["EUR", "Euro", 1],
  ["USD", "Dollar américain", 0.92],
  ["GBP", "Livre sterling", 1.16],
  ["CHF", "Franc suisse", 1.02],
  ["PLN", "Złoty polonais", 0.22],
  ["MAD", "Dirham marocain", 0.09],
] as const;

/** Rates in hundredths of a percent, by key. */
export const vatRates: Readonly<Record<string, number>> = {
  V20: 2000,
  V10: 1000,
  V55: 550,
  V21: 210,
  EXO: 0,
  EXP: 0,
};

export function makeReferences(world: World, into: Map<string, Iterable<AnyRow>>): References {
  const random = world.random("references");
  const born = stamps(random, world.first - 400, world.last, 0);
  const names = new Intl.DisplayNames("fr", { type: "region" });
  put(
    into,
    tables.country.table,
    countries.map((country): RowOf<"country"> => ({ ...country, caption: names.of(country.id)! })),
  );
  put(
    into,
    tables.frenchDepartment.table,
    departments.map(({ id, name, region }): RowOf<"frenchDepartment"> => ({
      id,
      caption: name,
      region,
    })),
  );
  put(
    into,
    tables.currency.table,
    currencies.map(([id, caption]): RowOf<"currency"> => ({ id, caption, decimals: 2, ...born })),
  );
  const vatCaptions: Readonly<Record<string, string>> = {
    V20: "Taux normal",
    V10: "Taux intermédiaire",
    V55: "Taux réduit",
    V21: "Taux particulier",
    EXO: "Exonéré",
    EXP: "Exportation",
  };
  put(
    into,
    tables.vat.table,
    Object.entries(vatRates).map(([id, rate]): RowOf<"vat"> => ({
      id,
      caption: vatCaptions[id]!,
      rate: rate / 100,
      ...born,
    })),
  );
  const rates = makeRates(world);
  put(into, tables.currencyRate.table, rates.rows);
  const zipCodes = makeZipCodes(world);
  put(into, tables.zipCode.table, zipCodes);
  return { zipCodes, rateAt: rates.rateAt };
}

function makeRates(world: World) {
  const random = world.random("rates");
  const rates = new Map<string, number>();
  const rows: RowOf<"currencyRate">[] = [];
  const perCurrency = world.counts.rows("CurrencyRate") / currencies.length;
  for (const [currencyId, , start] of currencies) {
    let rate = start * 1_000_000;
    for (let month = 0; month < perCurrency; month++) {
      if (currencyId !== "EUR") rate = Math.round(rate * (1 + 0.012 * random.normal()));
      const rateDate = new Date(Date.UTC(2021, month, 1)).toISOString().slice(0, 10);
      rates.set(`${currencyId} ${rateDate.slice(0, 7)}`, rate);
      rows.push({
        id: rows.length + 1,
        currencyId,
        rateDate,
        rate: rate / 1_000_000,
        ...stamps(random, dayOf(rateDate), world.last, 0),
      });
    }
  }
  return {
    rows,
    rateAt: (currency: string, day: number): number =>
      rates.get(`${currency} ${dayText(day).slice(0, 7)}`)!,
  };
}

/** Towns around the middle of their department; the first of each is the real main town. */
function makeZipCodes(world: World): RowOf<"zipCode">[] {
  const random = world.random("zip codes");
  const rows: RowOf<"zipCode">[] = [];
  const count = world.counts.rows("Zipcode");
  const each = Math.max(1, Math.floor(count / departments.length));
  departments.forEach((department, d) => {
    const towns = d === departments.length - 1 ? count - rows.length : each;
    for (let i = 0; i < towns; i++) {
      const main = i === 0;
      const angle = random.next() * 2 * Math.PI;
      const distance = main ? 0.02 : 0.42 * Math.sqrt(random.next());
      rows.push({
        id: rows.length + 1,
        zipCode: zipOf(department.id, i),
        city: main ? department.town : townName(random.integer(1 << 30)),
        departmentId: department.id,
        countryId: "FR",
        latitude: round6(department.latitude + distance * Math.sin(angle)),
        longitude: round6(department.longitude + 1.4 * distance * Math.cos(angle)),
        population: main
          ? Math.round(department.population * between(random, 80, 240))
          : Math.round(lognormal(random, 620, 1.1)) + 12,
        area: between(random, 300, 6_000) / 100,
      });
    }
  });
  return rows;
}

function zipOf(department: string, i: number): string {
  const prefix = department.startsWith("2") && /[AB]/.test(department) ? "20" : department;
  const start = department === "2B" ? 200 : 0;
  return `${prefix}${String(start + 10 * (i % (department === "2A" ? 19 : 79))).padStart(3, "0")}`;
}

function townName(draw: number): string {
  const end = townEnds[(draw >> 8) % townEnds.length]!;
  if (draw % 3 === 0) return `Saint-${townSaints[(draw >> 14) % townSaints.length]!}-${end}`;
  return `${townRoots[(draw >> 14) % townRoots.length]!}-${end}`;
}

export function round6(value: number): number {
  return Math.round(value * 1_000_000) / 1_000_000;
}
