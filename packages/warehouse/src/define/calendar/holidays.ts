import { formatDate } from "@lakewright/core";
import { dayNumber } from "./day-number.ts";

/** A part of France with holidays of its own, by its ISO 3166-2 code. */
export type FrenchTerritory = "GP" | "MQ" | "GF" | "RE" | "YT" | "BL" | "MF";

/** The day of the abolition of slavery, month and day. Source: décret n° 83-1003, as of décret n° 2012-553. */
const ABOLITION: Readonly<Record<FrenchTerritory, string>> = {
  GP: "05-27",
  MQ: "05-22",
  GF: "06-10",
  RE: "12-20",
  YT: "04-27",
  BL: "10-09",
  MF: "05-28",
};

/**
 * The public holidays of a year in France: day → name, as the law is now. Two on one day are joined by "; ". With
 * `alsaceMoselle` also Good Friday and 26 December; with a `territory` overseas also its day of the abolition of slavery.
 * Source: Code du travail, art. L3133-1, L3134-13 and L3422-2.
 */
export function frenchHolidays(
  year: number,
  options: {
    readonly alsaceMoselle?: boolean | undefined;
    readonly territory?: FrenchTerritory | undefined;
  } = {},
): ReadonlyMap<string, string> {
  const easter = easterSunday(year);
  const afterEaster = (days: number): string => formatDate(easter + days);
  const fixed = String(year).padStart(4, "0");
  const list: [string, string][] = [
    [`${fixed}-01-01`, "Jour de l'An"],
    [afterEaster(1), "Lundi de Pâques"],
    [`${fixed}-05-01`, "Fête du Travail"],
    [`${fixed}-05-08`, "Victoire 1945"],
    [afterEaster(39), "Ascension"],
    [afterEaster(50), "Lundi de Pentecôte"],
    [`${fixed}-07-14`, "Fête nationale"],
    [`${fixed}-08-15`, "Assomption"],
    [`${fixed}-11-01`, "Toussaint"],
    [`${fixed}-11-11`, "Armistice 1918"],
    [`${fixed}-12-25`, "Noël"],
  ];
  if (options.alsaceMoselle) {
    list.push([afterEaster(-2), "Vendredi saint"], [`${fixed}-12-26`, "Saint Étienne"]);
  }
  if (options.territory) {
    list.push([`${fixed}-${ABOLITION[options.territory]}`, "Abolition de l'esclavage"]);
  }
  return namedDays(list);
}

/** Days in their order, the names of each joined by "; ". */
export function namedDays(
  list: Iterable<readonly [day: string, name: string]>,
): ReadonlyMap<string, string> {
  const days = new Map<string, string>();
  for (const [day, name] of [...list].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) {
    const other = days.get(day);
    days.set(day, other === undefined ? name : `${other}; ${name}`);
  }
  return days;
}

/** Day number of Easter Sunday. Source: Meeus/Jones/Butcher, Astronomical Algorithms, ch. 8. */
function easterSunday(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = (19 * a + b - Math.floor(b / 4) - Math.floor((8 * b + 13) / 25) + 15) % 30;
  const e = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - d - (c % 4)) % 7;
  const f = Math.floor((a + 11 * d + 22 * e) / 451);
  const month = Math.floor((d + e - 7 * f + 114) / 31);
  const day = ((d + e - 7 * f + 114) % 31) + 1;
  const text = [
    String(year).padStart(4, "0"),
    String(month).padStart(2, "0"),
    String(day).padStart(2, "0"),
  ];
  return dayNumber(text.join("-"));
}
