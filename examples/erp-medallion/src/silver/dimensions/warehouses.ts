import { raw, type Sql, sql } from "@lakewright/sql";
import type { Cleaning } from "../clean/cleaning.ts";
import { atMovedPlaces, makePlaces } from "../lookups/places.ts";
import { warehouses } from "../star/dimensions.ts";

const placesOfWarehouses = (s: Sql): readonly Sql[] => [
  sql`'FR' AS country, clean_zipcode(${s}."zipCode", 'FR') AS zip`,
];

/** Depots, at the coordinates of their town. */
export const warehouseCleaning: Cleaning = {
  table: warehouses,
  source: "storehouse",
  with: ["zipcode"],
  reach: {
    from: ["storehouse", "zipcode"],
    ids: async ({ workbench }) => [
      ...((await workbench.changed("storehouse")) ? [sql`SELECT id FROM changed_storehouse`] : []),
      ...(await atMovedPlaces(workbench, "storehouse", placesOfWarehouses)),
    ],
  },
  prepare: (preparation) => makePlaces(preparation, placesOfWarehouses(raw("s"))),
  select: ({
    rows,
  }) => sql`SELECT s.id AS _key, CAST(NULL AS VARCHAR) AS _reason, CAST([] AS VARCHAR[]) AS _dirt,
  s.id AS warehouse_id, clean_text(s.caption) AS name, coalesce(p.city, clean_text(s.city)) AS city, clean_zipcode(s."zipCode", 'FR') AS zipcode,
  coalesce(p.latitude, m.latitude) AS latitude, coalesce(p.longitude, m.longitude) AS longitude
FROM ${rows} s LEFT JOIN place p ON p.country = 'FR' AND p.zip = clean_zipcode(s."zipCode", 'FR') AND p.name = place_name(s.city)
LEFT JOIN main_place m ON m.country = 'FR' AND m.zip = clean_zipcode(s."zipCode", 'FR')`,
};
