import { sql } from "@lakewright/sql";
import type { Cleaning } from "../clean/cleaning.ts";
import { incidents } from "../star/facts.ts";

/** Tickets. The agreement is kept where the solution came in the hours that were promised; open ones have no verdict. */
export const incidentCleaning: Cleaning = {
  table: incidents,
  source: "incident",
  with: ["customer_product"],
  reach: {
    from: ["incident", "customer_product"],
    ids: async ({ workbench }) => {
      const ids = (await workbench.changed("incident"))
        ? [sql`SELECT id FROM changed_incident`]
        : [];
      const installed = await workbench.affected("customer_product", ['"itemId"']);
      if (!installed) return ids;
      await workbench.see(["incident"]);
      return [
        ...ids,
        sql`SELECT s.id FROM incident s WHERE s."customerProductId" IN (${installed})`,
      ];
    },
  },
  select: ({ rows }) => sql`SELECT CAST(s.id AS VARCHAR) AS _key,
  CASE WHEN s."resolutionDateTime" < s."creationDateTime" OR s."firstResponseDateTime" < s."creationDateTime" THEN 'ends_before_it_starts' END AS _reason,
  CAST([] AS VARCHAR[]) AS _dirt, s.id AS incident_id, day_in_france(s."creationDateTime") AS creation_date, day_in_france(s."resolutionDateTime") AS resolution_date,
  s."customerId" AS customer_id, coalesce(s."itemId", e."itemId") AS product_id, s."colleagueId" AS assigned_colleague_id,
  s.type AS incident_type, s.priority, s.severity, s.state,
  hours_between(s."creationDateTime", s."firstResponseDateTime") AS time_to_first_response_hours,
  hours_between(s."creationDateTime", s."resolutionDateTime") AS time_to_resolution_hours,
  CASE WHEN s."resolutionDateTime" IS NOT NULL AND s."slaResolutionHours" IS NOT NULL
    THEN hours_between(s."creationDateTime", s."resolutionDateTime") <= s."slaResolutionHours" END AS sla_met_flag,
  s."reopenedCount" AS reopened_count, s.escalated AS is_escalated, clean_text(s."resolutionCategory") AS resolution_category
FROM ${rows} s LEFT JOIN customer_product e ON e.id = s."customerProductId"`,
};
