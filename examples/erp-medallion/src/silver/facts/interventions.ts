import { raw, type Sql, sql } from "@lakewright/sql";
import type { Cleaning } from "../clean/cleaning.ts";
import { lookUpWeather } from "../lookups/lookups.ts";
import { atMovedPlaces, makePlaces } from "../lookups/places.ts";
import { interventions } from "../star/facts.ts";

const placesOfVisits = (s: Sql): readonly Sql[] => [
  sql`'FR' AS country, clean_zipcode(${s}."zipCode", 'FR') AS zip`,
];

/**
 * Visits. The way is the great circle from where the technician's rounds start to the place, which is that of the zip
 * code where nobody geocoded it. The weather is what the look-up says of the day and the department: table `weather`.
 */
export const interventionCleaning: Cleaning = {
  table: interventions,
  source: "schedule_event",
  with: ["schedule_event_type", "colleague", "customer_product", "zipcode"],
  reach: {
    from: ["schedule_event", "colleague", "customer_product", "zipcode"],
    ids: async ({ workbench }) => {
      const ids: Sql[] = [];
      if (await workbench.changed("schedule_event"))
        ids.push(sql`SELECT id FROM changed_schedule_event`);
      const starts = await workbench.affected("colleague", ['"baseLatitude"', '"baseLongitude"']);
      const installed = await workbench.affected("customer_product", ['"itemId"']);
      if (starts ?? installed) await workbench.see(["schedule_event"]);
      if (starts)
        ids.push(sql`SELECT s.id FROM schedule_event s WHERE s."colleagueId" IN (${starts})`);
      if (installed)
        ids.push(
          sql`SELECT s.id FROM schedule_event s WHERE s."customerProductId" IN (${installed})`,
        );
      return [...ids, ...(await atMovedPlaces(workbench, "schedule_event", placesOfVisits))];
    },
  },
  prepare: async (preparation) => {
    await makePlaces(preparation, placesOfVisits(raw("s")));
    await lookUpWeather(preparation);
  },
  select: ({ rows }) => sql`SELECT CAST(s.id AS VARCHAR) AS _key,
  CASE WHEN s."endDateTime" < s."startDateTime" OR s."realEndDateTime" < s."realStartDateTime" THEN 'ends_before_it_starts' END AS _reason,
  list_filter([CASE WHEN s.latitude IS NULL THEN 'latitude:taken_from_zip_code' END,
    CASE WHEN s.satisfaction NOT BETWEEN 1 AND 5 THEN 'satisfaction:out_of_range' END,
    CASE WHEN s."zipCode" IS NOT NULL AND coalesce(p.city, m.city) IS NULL THEN 'zip_code:unknown_place' END], x -> x IS NOT NULL) AS _dirt,
  s.id AS intervention_id, day_in_france(s."startDateTime") AS schedule_date,
  strftime(in_france(coalesce(s."realStartDateTime", s."startDateTime")), '%H:%M:00') AS start_time,
  strftime(in_france(coalesce(s."realEndDateTime", s."endDateTime")), '%H:%M:00') AS end_time,
  s."customerId" AS customer_id, CASE WHEN coalesce(p.city, m.city) IS NOT NULL THEN 'FR' END AS country_code,
  CASE WHEN coalesce(p.city, m.city) IS NOT NULL THEN clean_zipcode(s."zipCode", 'FR') END AS zipcode, coalesce(p.city, m.city) AS city,
  s."colleagueId" AS colleague_id, e."itemId" AS product_id, t.category AS intervention_type, s.priority, s.state,
  s."firstCallResolution" AS is_first_call_resolution,
  CASE WHEN s.satisfaction BETWEEN 1 AND 5 THEN s.satisfaction END AS customer_satisfaction_score,
  clean_text(s."resolutionNotes") AS resolution_notes,
  CASE WHEN s."dueDateTime" IS NOT NULL AND s.state = 'Done' THEN s."realEndDateTime" <= s."dueDateTime" END AS sla_met_flag,
  minutes_between(s."startDateTime", s."endDateTime") AS scheduled_duration_minutes,
  minutes_between(s."realStartDateTime", s."realEndDateTime") AS actual_duration_minutes,
  CAST(round(haversine_km(c."baseLatitude", c."baseLongitude", coalesce(s.latitude, p.latitude, m.latitude), coalesce(s.longitude, p.longitude, m.longitude)), 2) AS DECIMAL(8, 2)) AS distance_km,
  s."billableAmount" AS billable_amount, w.temperature_c, w.rain_probability
FROM ${rows} s
LEFT JOIN schedule_event_type t ON t.id = s."eventTypeId" LEFT JOIN colleague c ON c.id = s."colleagueId"
LEFT JOIN customer_product e ON e.id = s."customerProductId"
LEFT JOIN place p ON p.country = 'FR' AND p.zip = clean_zipcode(s."zipCode", 'FR') AND p.name = place_name(s.city)
LEFT JOIN main_place m ON m.country = 'FR' AND m.zip = clean_zipcode(s."zipCode", 'FR')
LEFT JOIN weather w ON w.day = day_in_france(s."startDateTime") AND w.department = coalesce(p.department, m.department)`,
};
