import { date, defineTable, float64, utf8 } from "@lakewright/core";
import { sql } from "@lakewright/sql";
import type { Preparation } from "../clean/cleaning.ts";
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

/** Asks for the weather of every day and department with a visit that is asked for, once each: table `weather` of the workbench. */
export async function lookUpWeather({
  engine,
  rows,
  lookups: { weather: lookup = seasonNormals },
}: Preparation): Promise<void> {
  const asked = await engine
    .query(
      sql`SELECT DISTINCT CAST(day_in_france(e."startDateTime") AS VARCHAR) AS day, p.department FROM ${rows} e
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
