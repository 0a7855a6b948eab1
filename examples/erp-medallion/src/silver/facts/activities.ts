import { raw, sql } from "@lakewright/sql";
import type { Cleaning } from "../clean/cleaning.ts";
import { becamePlausible } from "./documents.ts";
import { activities } from "../star/facts.ts";

/** Longest summary of what was noted. */
const SUMMARY_LETTERS = 160;

/** Calls, e-mails, visits, quotes and orders. */
export const activityCleaning: Cleaning = {
  table: activities,
  source: "activity",
  with: [],
  reach: {
    from: ["activity"],
    ids: async ({ workbench, lastDay, today }) => {
      await workbench.see(["activity"]);
      return [
        ...((await workbench.changed("activity")) ? [sql`SELECT id FROM changed_activity`] : []),
        sql`SELECT id FROM activity WHERE ${becamePlausible(sql`day_in_france("startDateTime")`, lastDay, today)} AND "startDateTime" > ${raw(`TIMESTAMPTZ '${lastDay} 00:00:00+00' + INTERVAL 364 DAY`)}`,
      ];
    },
  },
  select: ({ rows, today }) => sql`SELECT CAST(s.id AS VARCHAR) AS _key,
  CASE WHEN NOT is_plausible(day_in_france(s."startDateTime"), CAST(${today} AS DATE)) THEN 'implausible_date' END AS _reason,
  list_filter([CASE WHEN s."durationMinutes" < 0 THEN 'duration_minutes:negative' END], x -> x IS NOT NULL) AS _dirt,
  s.id AS activity_id, day_in_france(s."startDateTime") AS activity_date, s."customerId" AS customer_id, s."colleagueId" AS colleague_id,
  s.type AS activity_type, s.outcome, left(coalesce(clean_text(s.notes), clean_text(s.subject)), ${SUMMARY_LETTERS}) AS notes_summary,
  CASE WHEN s."durationMinutes" >= 0 THEN s."durationMinutes" END AS duration_minutes
FROM ${rows} s`,
};
