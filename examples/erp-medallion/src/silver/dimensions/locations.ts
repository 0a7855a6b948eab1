import { sql } from "@lakewright/sql";
import type { Cleaning } from "../clean/cleaning.ts";
import { locations } from "../star/dimensions.ts";

/**
 * Places, one a zip code and town. `state` is the ISO 3166-2 code. Density decides between urban and rural by the
 * thresholds of Eurostat's degree of urbanisation: 1,500 and 300 inhabitants a km².
 */
export const locationCleaning: Cleaning = {
  table: locations,
  source: "zipcode",
  with: ["country", "french_department"],
  reach: {
    from: ["zipcode"],
    ids: async ({ workbench }) => {
      if (!(await workbench.changed("zipcode"))) return [];
      await workbench.compare("zipcode");
      // The first of several rows of one place stands for it: all rows of a zip code are looked at, of the one it had before, too.
      return [
        sql`SELECT id FROM changed_zipcode`,
        sql`SELECT s.id FROM zipcode s SEMI JOIN stood_zipcode b ON b."countryId" = s."countryId" AND b."zipCode" = s."zipCode"`,
      ];
    },
  },
  select: ({ rows }) => sql`SELECT CAST(s.id AS VARCHAR) AS _key,
  CASE WHEN clean_text(s.city) IS NULL THEN 'no_city'
    WHEN row_number() OVER (PARTITION BY s."countryId", s."zipCode", clean_text(s.city) ORDER BY s.id) > 1 THEN 'duplicate_place' END AS _reason,
  CAST([] AS VARCHAR[]) AS _dirt,
  s."countryId" AS country_code, clean_zipcode(s."zipCode", s."countryId") AS zipcode, clean_text(s.city) AS city,
  s."countryId" || '-' || s."departmentId" AS state, c.caption AS country_name, s.latitude, s.longitude,
  d.region, d.caption AS department, s.population,
  round(s.population / nullif(CAST(s.area AS DOUBLE), 0), 1) AS density,
  CASE WHEN s.population / nullif(CAST(s.area AS DOUBLE), 0) >= 1500 THEN 'Urban'
    WHEN s.population / nullif(CAST(s.area AS DOUBLE), 0) >= 300 THEN 'Intermediate'
    WHEN s.area > 0 THEN 'Rural' END AS urban_rural_flag
FROM ${rows} s LEFT JOIN country c ON c.id = s."countryId" LEFT JOIN french_department d ON d.id = s."departmentId"`,
};
