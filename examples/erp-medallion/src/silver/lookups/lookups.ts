import { date, defineTable, float64, utf8 } from "@lakewright/core";
import type { SqlEngine } from "@lakewright/sql";
import { seasonNormals, type WeatherLookup } from "./weather.ts";

/** Services silver asks; each has a default that needs no network. */
export interface Lookups {
  /** Default {@link seasonNormals}. */
  readonly weather?: WeatherLookup | undefined;
  /** Where an address is that the zip code table does not know. Default: nowhere. */
  readonly geocode?: Geocoder | undefined;
}

export interface Address {
  readonly zipcode: string;
  readonly city: string;
  /** ISO 3166 alpha-2. */
  readonly country: string;
}

export interface Coordinates {
  readonly latitude: number;
  readonly longitude: number;
}

/** Says where an address is; undefined where it does not know. */
export type Geocoder = (address: Address) => Promise<Coordinates | undefined>;

const weatherTable = defineTable("weather", {
  day: date(),
  department: utf8(),
  temperature_c: float64(),
  rain_probability: float64(),
});

/** Asks for the weather of every day and department with a visit that is read, once each: table `weather` of the workbench. */
export async function lookUpWeather(
  engine: SqlEngine,
  lookup: WeatherLookup = seasonNormals,
): Promise<void> {
  const asked = await engine
    .query(
      `SELECT DISTINCT CAST(day_in_france(e."startDateTime") AS VARCHAR) AS day, p.department FROM changed_schedule_event e
JOIN main_place p ON p.country = 'FR' AND p.zip = clean_zipcode(e."zipCode", 'FR') ORDER BY ALL`,
    )
    .rows();
  const found = asked.flatMap((row) => {
    const [day, department] = [row["day"] as string, row["department"] as string];
    const weather = lookup(day, department);
    if (weather === undefined) return [];
    const { temperatureC, rainProbability } = weather;
    return [{ day, department, temperature_c: temperatureC, rain_probability: rainProbability }];
  });
  await engine.execute(
    "CREATE OR REPLACE TEMP TABLE weather (day DATE, department VARCHAR, temperature_c DOUBLE, rain_probability DOUBLE)",
  );
  await engine.load("weather", weatherTable, found);
}

const placeTable = defineTable("main_place", {
  country: utf8(),
  zip: utf8(),
  city: utf8(),
  latitude: float64(),
  longitude: float64(),
});

/** Adds the places of customers that the zip code table lacks and the geocoder knows. */
export async function lookUpPlaces(engine: SqlEngine, geocode: Geocoder): Promise<void> {
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
