import { sql } from "@lakewright/sql";
import type { Cleaning } from "../clean/cleaning.ts";
import { warehouses } from "../star/dimensions.ts";

/** Depots, at the coordinates of their town. */
export const warehouseCleaning: Cleaning = {
  table: warehouses,
  source: "storehouse",
  with: ["zipcode"],
  select:
    () => sql`SELECT s.id AS _key, CAST(NULL AS VARCHAR) AS _reason, CAST([] AS VARCHAR[]) AS _dirt,
  s.id AS warehouse_id, clean_text(s.caption) AS name, coalesce(p.city, clean_text(s.city)) AS city, clean_zipcode(s."zipCode", 'FR') AS zipcode,
  coalesce(p.latitude, m.latitude) AS latitude, coalesce(p.longitude, m.longitude) AS longitude
FROM storehouse s LEFT JOIN place p ON p.country = 'FR' AND p.zip = clean_zipcode(s."zipCode", 'FR') AND p.name = place_name(s.city)
LEFT JOIN main_place m ON m.country = 'FR' AND m.zip = clean_zipcode(s."zipCode", 'FR')`,
};
