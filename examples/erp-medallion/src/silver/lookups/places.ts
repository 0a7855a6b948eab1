import { defineTable, float64, utf8 } from "@lakewright/core";
import { id, joinSql, raw, type Sql, type SqlEngine, sql } from "@lakewright/sql";
import type { Preparation } from "../clean/cleaning.ts";
import type { Workbench } from "../workbench/workbench.ts";
import type { Geocoder } from "./lookups.ts";

/** Where the addresses of the rows of an alias are: lists of `… AS country, … AS zip`. */
export type PlacesOf = (alias: Sql) => readonly Sql[];

/**
 * Makes the places that rows are looked up in: `place` by zip code and name of the town, and `main_place`, the largest
 * town of a zip code, for those whose name is not known.
 *
 * @param addresses - of the rows that are asked for, which have the alias `s`
 */
export async function makePlaces(
  { workbench, engine, rows, lookups }: Preparation,
  addresses: readonly Sql[],
): Promise<void> {
  await workbench.see(["zipcode"]);
  const { geocode } = lookups;
  if (geocode) {
    // Where all unknown addresses are asked for, all places are made, once.
    await workbench.once("places", async () => {
      await workbench.see(["customer"]);
      for (const statement of placeTables(raw("zipcode"))) await engine.execute(statement);
      await lookUpPlaces(engine, geocode);
    });
    return;
  }
  const asked = addresses.map((address) => sql`SELECT ${address} FROM ${rows} s`);
  await engine.execute(sql`CREATE OR REPLACE TEMP TABLE asked_zipcode AS
SELECT z.* FROM zipcode z SEMI JOIN (${joinSql(asked, " UNION ALL ")}) a ON a.country = z."countryId" AND a.zip = z."zipCode"`);
  for (const statement of placeTables(raw("asked_zipcode"))) await engine.execute(statement);
}

function placeTables(zipcodes: Sql): Sql[] {
  return [
    sql`CREATE OR REPLACE TEMP TABLE place AS SELECT "countryId" AS country, "zipCode" AS zip, place_name(city) AS name, city,
  latitude, longitude, "departmentId" AS department FROM ${zipcodes}
  QUALIFY row_number() OVER (PARTITION BY "countryId", "zipCode", place_name(city) ORDER BY population DESC, id) = 1`,
    sql`CREATE OR REPLACE TEMP TABLE main_place AS SELECT "countryId" AS country, "zipCode" AS zip, city, latitude, longitude, "departmentId" AS department
  FROM ${zipcodes} QUALIFY row_number() OVER (PARTITION BY "countryId", "zipCode" ORDER BY population DESC, id) = 1`,
  ];
}

const placeTable = defineTable("main_place", {
  country: utf8(),
  zip: utf8(),
  city: utf8(),
  latitude: float64(),
  longitude: float64(),
});

/** Adds the places of customers that the zip code table lacks and the geocoder knows. */
async function lookUpPlaces(engine: SqlEngine, geocode: Geocoder): Promise<void> {
  const unknown = await engine
    .query(
      `SELECT DISTINCT c.country, c.zip, c.city FROM (
  SELECT coalesce("deliveringCountryId", 'FR') AS country, clean_zipcode("deliveringZipCode", "deliveringCountryId") AS zip, clean_text("deliveringCity") AS city FROM customer
  UNION SELECT coalesce("invoicingCountryId", 'FR'), clean_zipcode("invoicingZipCode", "invoicingCountryId"), clean_text("invoicingCity") FROM customer) c
ANTI JOIN main_place p ON p.country = c.country AND p.zip = c.zip WHERE c.zip IS NOT NULL AND c.city IS NOT NULL ORDER BY ALL`,
    )
    .rows();
  const found = [];
  for (const { country, zip, city } of unknown as Record<string, string>[]) {
    const address = { zipcode: zip!, city: city!, country: country! };
    const coordinates = await geocode(address);
    if (coordinates) found.push({ country: country!, zip: zip!, city: city!, ...coordinates });
  }
  await engine.load("main_place", placeTable, found);
}

/** A select of the ids of rows at a zip code whose look-up gives another place than at the run before; none where all give the same. */
export async function atMovedPlaces(
  workbench: Workbench,
  table: string,
  placesOf: PlacesOf,
): Promise<readonly Sql[]> {
  if (!(await workbench.changed("zipcode"))) return [];
  const moved = await workbench.once("moved places", () => findMoved(workbench));
  if (!moved) return [];
  await workbench.see([table]);
  return placesOf(raw("s")).map(
    (address) =>
      sql`SELECT a.id FROM (SELECT s.id, ${address} FROM ${id(table)} s) a SEMI JOIN moved_zipcode m ON m.country = a.country AND m.zip = a.zip`,
  );
}

/** `moved_zipcode`: of the zip codes with changed rows those whose places, looked up now and as they stood, differ. */
async function findMoved({ make, compare }: Workbench): Promise<boolean> {
  await compare("zipcode");
  // Of a place the largest town stands, and of a zip code: as `placeTables` has it, now and then.
  const rows = sql`WITH around AS (
  SELECT z.* FROM zipcode z SEMI JOIN stood_zipcode s ON s."countryId" = z."countryId" AND s."zipCode" = z."zipCode"
  ANTI JOIN changed_zipcode c ON c.id = z.id
), named AS MATERIALIZED (
  SELECT now, id, population, "countryId" AS country, "zipCode" AS zip, place_name(city) AS name, city, latitude, longitude, "departmentId" AS department
  FROM (SELECT * FROM stood_zipcode UNION ALL SELECT NULL, * FROM around)
), stood AS (
  SELECT coalesce(n.now, t.now) AS now, n.* EXCLUDE (now) FROM named n JOIN (VALUES (TRUE), (FALSE)) t(now) ON coalesce(n.now, t.now) = t.now
), looked_up AS (
  FROM stood QUALIFY row_number() OVER (PARTITION BY now, country, zip, name ORDER BY population DESC, id) = 1
  UNION ALL SELECT * REPLACE (NULL AS name) FROM stood QUALIFY row_number() OVER (PARTITION BY now, country, zip ORDER BY population DESC, id) = 1
)
SELECT DISTINCT country, zip FROM (FROM looked_up SELECT country, zip GROUP BY country, zip, name, city, latitude, longitude, department HAVING count(*) = 1)`;
  return (await make("moved_zipcode", rows)) > 0;
}
