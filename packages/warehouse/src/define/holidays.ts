import { formatDate } from "@lakewright/core";
import { dayNumber } from "./days.ts";

/**
 * The public holidays of a year in France: day → name. Two on one day are joined by " / ". With `alsaceMoselle` also
 * Good Friday and 26 December. Source: Code du travail, art. L3133-1 and L3134-13.
 */
export function frenchHolidays(
  year: number,
  options: { readonly alsaceMoselle?: boolean | undefined } = {},
): ReadonlyMap<string, string> {
  const easter = easterSunday(year);
  const afterEaster = (days: number): string => formatDate(easter + days);
  const list: [string, string][] = [
    [`${year}-01-01`, "Jour de l'An"],
    [afterEaster(1), "Lundi de Pâques"],
    [`${year}-05-01`, "Fête du Travail"],
    [`${year}-05-08`, "Victoire 1945"],
    [afterEaster(39), "Ascension"],
    [afterEaster(50), "Lundi de Pentecôte"],
    [`${year}-07-14`, "Fête nationale"],
    [`${year}-08-15`, "Assomption"],
    [`${year}-11-01`, "Toussaint"],
    [`${year}-11-11`, "Armistice 1918"],
    [`${year}-12-25`, "Noël"],
  ];
  if (options.alsaceMoselle) {
    list.push([afterEaster(-2), "Vendredi saint"], [`${year}-12-26`, "Saint Étienne"]);
  }
  const holidays = new Map<string, string>();
  for (const [date, name] of list.sort(([a], [b]) => (a < b ? -1 : 1))) {
    const other = holidays.get(date);
    holidays.set(date, other === undefined ? name : `${other} / ${name}`);
  }
  return holidays;
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
  return dayNumber(`${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`);
}
