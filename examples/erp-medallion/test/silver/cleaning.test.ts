import { raw, type SqlEngine, sql } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { macros } from "../../src/silver/clean/macros.ts";

let engine: SqlEngine;

beforeAll(async () => {
  const instance = await DuckDBInstance.create(":memory:");
  engine = duckdb({ connection: await instance.connect() });
  await engine.execute(macros);
  await engine.execute("CREATE TEMP MACRO french_zipcode(t) AS clean_zipcode(t, 'FR')");
});

afterAll(() => engine.close());

/** What a macro makes of a text. */
async function cleaned(macro: string, text: string | null): Promise<unknown> {
  const { value } = await engine
    .query(sql`SELECT ${raw(macro)}(CAST(${text} AS VARCHAR)) AS value`)
    .row();
  return value;
}

describe("phone numbers", () => {
  it.each([
    "0612345678",
    "06 12 34 56 78",
    "06.12.34.56.78",
    "06-12-34-56-78",
    "+33612345678",
    "+33 6 12 34 56 78",
    "0033612345678",
    "(+33)612345678",
    "+33 (0)6 12 34 56 78",
    "06/12/34/56/78",
    "612345678",
    "06\u00a012\u00a034\u00a056\u00a078",
  ])("%s is one of France in E.164", async (text) => {
    expect(await cleaned("clean_phone", text)).toBe("+33612345678");
  });

  it.each([
    ["+32 2 123 45 67", "+3221234567"],
    ["+44 (0)20 7946 0000", "+442079460000"],
    ["061234567", null],
    ["06123456789", null],
    ["0012", null],
    ["appeler le matin", null],
    ["+33 6 12 34", null],
    ["n/a", null],
    ["", null],
    [null, null],
  ])("%s is %s", async (text, wanted) => {
    expect(await cleaned("clean_phone", text)).toBe(wanted);
  });
});

describe("e-mail addresses", () => {
  it.each([
    ["  Jean.Dupont@Example.FR ", "jean.dupont@example.fr"],
    ["mailto:a+b@x-y.co.uk", "a+b@x-y.co.uk"],
    ["a@b", null],
    ["a@@b.fr", null],
    ["a@b@c.fr", null],
    ["a b@c.fr", null],
    [".a@c.fr", null],
    ["a.@c.fr", null],
    ["a..b@c.fr", null],
    ["a@-c.fr", null],
    ["a@c..fr", null],
    ["néant", null],
  ])("%s is %s", async (text, wanted) => {
    expect(await cleaned("clean_email", text)).toBe(wanted);
  });
});

describe("texts, zip codes and towns", () => {
  it.each(["", " ", "-", "N/A", "NULL", "néant", "?", "#N/A"])("%j says nothing", async (text) => {
    expect(await cleaned("clean_text", text)).toBeNull();
  });

  it.each([
    ["  Hôtel  du\tPort ", "Hôtel du Port"],
    ["a\u0007b", "a b"],
    ["Na", null],
    ["Nantes", "Nantes"],
  ])("%j becomes %j", async (text, wanted) => {
    expect(await cleaned("clean_text", text)).toBe(wanted);
  });

  it.each([
    ["1000", "01000"],
    ["35 000", "35000"],
    ["2A004", "2A004"],
  ])("the zip code %s is %s", async (text, wanted) => {
    expect(await cleaned("french_zipcode", text)).toBe(wanted);
  });

  it("compares towns without case, accents, hyphens and abbreviation of saints", async () => {
    expect(await cleaned("place_name", "ST ETIENNE-du-Rouvray")).toBe("saint etienne du rouvray");
    expect(await cleaned("place_name", "Saint-Étienne-du-Rouvray")).toBe(
      "saint etienne du rouvray",
    );
    expect(await cleaned("place_name", "Ste-Maxime")).toBe("sainte maxime");
    expect(await cleaned("place_name", "Brest")).toBe("brest");
  });
});

describe("numbers and times", () => {
  it("rounds money to the cent, a half away from zero", async () => {
    const { a, b, c } = await engine
      .query(
        `SELECT in_euro(CAST(2.5 AS DECIMAL(14,2)), CAST(0.25 AS DECIMAL(12,6))) AS a, in_euro(CAST(-2.5 AS DECIMAL(14,2)), CAST(0.25 AS DECIMAL(12,6))) AS b,
  in_euro(CAST(999999999999.99 AS DECIMAL(14,2)), CAST(1 AS DECIMAL(12,6))) AS c`,
      )
      .row();
    expect([a, b, c].map(String)).toEqual(["0.63", "-0.63", "999999999999.99"]);
  });

  it("measures the great circle: Paris to Marseille is 661 km, and nowhere is no distance", async () => {
    const { far, none, same } = await engine
      .query(
        `SELECT haversine_km(48.8566, 2.3522, 43.2965, 5.3698) AS far, haversine_km(48, 2, NULL, 5) AS none, haversine_km(48, 2, 48, 2) AS same`,
      )
      .row();
    expect(far).toBeCloseTo(660.5, 0);
    expect([none, same]).toEqual([null, 0]);
  });

  it("knows the clocks of France: as Intl does, around both changes of the hour and through the years", async () => {
    const french = new Intl.DateTimeFormat("sv-SE", {
      timeZone: "Europe/Paris",
      dateStyle: "short",
      timeStyle: "medium",
    });
    const moments: string[] = [];
    for (let year = 2000; year < 2030; year++) {
      for (let hour = 0; hour < 8784; hour += 101) {
        moments.push(new Date(Date.UTC(year, 0, 1, hour, 30)).toISOString());
      }
      for (const [month, days] of [
        [2, 31],
        [9, 31],
      ] as const) {
        for (let day = 24; day <= days; day++) {
          for (const hour of [0, 1, 2]) {
            moments.push(new Date(Date.UTC(year, month, day, hour, 0)).toISOString());
          }
        }
      }
    }
    const rows = await engine
      .query(
        sql`SELECT strftime(in_france(CAST(m AS TIMESTAMPTZ)), '%Y-%m-%d %H:%M:%S') AS local_time FROM (SELECT unnest(${moments}) AS m)`,
      )
      .rows();
    expect(rows.map((row) => row["local_time"])).toEqual(
      moments.map((moment) => french.format(new Date(moment))),
    );
  });
});
