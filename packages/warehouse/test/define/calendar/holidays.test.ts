import { formatDate } from "@lakewright/core";
import {
  calendar,
  type FrenchTerritory,
  frenchHolidays,
  publicHolidays,
} from "@lakewright/warehouse";
import Holidays from "date-holidays";
import { describe, expect, it } from "vitest";
import { dayNumber } from "../../../src/define/calendar/day-number.ts";

/** Easter Sundays as published by the US Naval Observatory, and the earliest and latest there are. */
const EASTER =
  `2000-04-23 2001-04-15 2002-03-31 2003-04-20 2004-04-11 2005-03-27 2006-04-16 2007-04-08 2008-03-23 2009-04-12
2010-04-04 2011-04-24 2012-04-08 2013-03-31 2014-04-20 2015-04-05 2016-03-27 2017-04-16 2018-04-01 2019-04-21 2020-04-12
2021-04-04 2022-04-17 2023-04-09 2024-03-31 2025-04-20 2026-04-05 2027-03-28 2028-04-16 2029-04-01 2030-04-21
1818-03-22 1943-04-25 2038-04-25 2285-03-22`.split(/\s/);

const next = (day: string): string => formatDate(Date.parse(day) / 86_400_000 + 1);
const publicDays = (holidays: Holidays, year: number): string[] => [
  ...new Set(
    holidays
      .getHolidays(year)
      .filter(({ type }) => type === "public")
      .map(({ date }) => date.slice(0, 10)),
  ),
];

describe("the holidays of France", () => {
  it("move with Easter, as the Naval Observatory publishes it", () => {
    for (const easter of EASTER) {
      const names = frenchHolidays(Number(easter.slice(0, 4))).get(next(easter));
      expect(names, easter).toContain("Lundi de Pâques");
    }
  });

  it("move with Easter, as J.-M. Oudin's algorithm has it for every year from 1600 to 2400", () => {
    for (let year = 1600; year <= 2400; year++) {
      const monday = new Date(oudin(year).getTime() + 86_400_000).toISOString().slice(0, 10);
      expect(frenchHolidays(year).get(monday), String(year)).toContain("Lundi de Pâques");
    }
  });

  it("are those of date-holidays from 1990 to 2060, with and without Alsace and Moselle", () => {
    const france = new Holidays("FR");
    const moselle = new Holidays("FR", "57");
    for (let year = 1990; year <= 2060; year++) {
      expect([...frenchHolidays(year).keys()], String(year)).toEqual(publicDays(france, year));
      expect([...frenchHolidays(year, { alsaceMoselle: true }).keys()], String(year)).toEqual(
        publicDays(moselle, year),
      );
    }
  });

  it("have the day of the abolition overseas, as date-holidays has it but for two things", () => {
    const territories: FrenchTerritory[] = ["GP", "MQ", "GF", "RE", "YT", "BL", "MF"];
    for (const territory of territories) {
      const theirs = new Holidays("FR", territory);
      for (let year = 1990; year <= 2060; year += 5) {
        const expected = new Set(publicDays(theirs, year));
        // Good Friday is a custom of the Antilles, not in the Code du travail; and Saint-Martin has had 28 May since 2012.
        if (territory === "GP" || territory === "MQ") {
          const [friday] = frenchHolidays(year, { alsaceMoselle: true });
          const all = [...frenchHolidays(year, { alsaceMoselle: true })];
          const day = all.find(([, name]) => name.includes("Vendredi saint")) ?? friday;
          expected.delete(day![0]);
        }
        if (territory === "MF") {
          expected.delete(`${year}-05-27`);
          // Where another holiday is on the 27th, it stays.
          const common = frenchHolidays(year).get(`${year}-05-27`);
          if (common !== undefined) expected.add(`${year}-05-27`);
          expected.add(`${year}-05-28`);
        }
        const ours = [...frenchHolidays(year, { territory }).keys()];
        expect(ours, `${territory} ${year}`).toEqual([...expected].sort());
      }
    }
  });

  it("are those of the law in 2026", () => {
    expect([...frenchHolidays(2026).keys()]).toEqual(
      "2026-01-01 2026-04-06 2026-05-01 2026-05-08 2026-05-14 2026-05-25 2026-07-14 2026-08-15 2026-11-01 2026-11-11 2026-12-25".split(
        " ",
      ),
    );
  });

  it("may share a day, and are two more in Alsace and Moselle", () => {
    expect(frenchHolidays(2008).get("2008-05-01")).toBe("Fête du Travail; Ascension");
    const east = frenchHolidays(2026, { alsaceMoselle: true });
    expect(east.get("2026-04-03")).toBe("Vendredi saint");
    expect(east.get("2026-12-26")).toBe("Saint Étienne");
    expect(east.size).toBe(13);
  });
});

describe("holidays from date-holidays", () => {
  it("are on the local days the package says, and on no day beside them", () => {
    for (const [country, state] of [["DE", "BY"], ["US"], ["IL"], ["AE"]] as const) {
      const ours = publicHolidays(Holidays, country, { state })(2026);
      const theirs = new Holidays(country, state ?? "");
      const near = [...ours.keys()].flatMap((day) => {
        const number = dayNumber(day);
        return [-1, 0, 1].map((k) => formatDate(number + k));
      });
      for (const day of new Set(near)) {
        // Noon by local time: no holiday of whole days starts or ends then, whichever evening it begins.
        const found = theirs.isHoliday(`${day} 12:00:00`) || [];
        const isHoliday = found.some(
          ({ type, date }) => type === "public" && date.includes(" 00:00:00"),
        );
        expect(ours.has(day), `${country} ${day}`).toBe(isHoliday);
      }
      expect(ours.size).toBeGreaterThan(8);
    }
  });

  it("last several days, share a day, and leave out those of half a day", () => {
    const emirates = publicHolidays(Holidays, "AE", { language: "en" })(2026);
    expect([...emirates.keys()].filter((day) => day.startsWith("2026-03"))).toEqual([
      "2026-03-20",
      "2026-03-21",
      "2026-03-22",
    ]);
    const germany = publicHolidays(Holidays, "DE", { types: ["public", "bank"], language: "de" });
    expect(germany(2026).has("2026-12-24")).toBe(false);
    expect(germany(2026).get("2026-12-25")).toBe("1. Weihnachtstag");
    const france = publicHolidays(Holidays, "FR")(2008);
    expect(france.get("2008-05-01")).toBe("Fête du travail; Ascension");
  });

  it("refuse a country, state or region the package does not have", () => {
    expect(() => publicHolidays(Holidays, "XX")).toThrow('no country "XX"');
    expect(() => publicHolidays(Holidays, "DE", { state: "ZZ" })).toThrow('no state "ZZ"');
    expect(() => publicHolidays(Holidays, "DE", { state: "BY", region: "Q" })).toThrow(
      'no region "Q"',
    );
  });

  it("are what a calendar takes", () => {
    const days = calendar("dim_date", { holidays: publicHolidays(Holidays, "US") });
    expect(days.days?.holidays?.(2026).get("2026-11-26")).toBe("Thanksgiving Day");
  });
});

/** Easter Sunday. Source: J.-M. Oudin (1940), in Explanatory Supplement to the Astronomical Almanac. */
function oudin(year: number): Date {
  const century = Math.floor(year / 100);
  const golden = year % 19;
  const k = Math.floor((century - 17) / 25);
  let i =
    (century - Math.floor(century / 4) - Math.floor((century - k) / 3) + 19 * golden + 15) % 30;
  i -=
    Math.floor(i / 28) *
    (1 - Math.floor(i / 28) * Math.floor(29 / (i + 1)) * Math.floor((21 - golden) / 11));
  const j = (year + Math.floor(year / 4) + i + 2 - century + Math.floor(century / 4)) % 7;
  const l = i - j;
  const month = 3 + Math.floor((l + 40) / 44);
  const day = l + 28 - 31 * Math.floor(month / 4);
  return new Date(Date.UTC(year, month - 1, day));
}
