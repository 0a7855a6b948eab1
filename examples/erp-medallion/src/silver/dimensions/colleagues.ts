import { joinSql, raw, type SqlEngine, sql } from "@lakewright/sql";
import type { Warehouse } from "@lakewright/warehouse";
import type { Cleaning } from "../clean/cleaning.ts";
import { colleagues } from "../star/dimensions.ts";

/** Colleagues. Who has left is not active, whatever the list says; `colleague_keys` has the surrogate keys there are. */
export const colleagueCleaning: Cleaning = {
  table: colleagues,
  source: "colleague",
  with: ["colleague_team"],
  reach: {
    from: ["colleague"],
    ids: async ({ workbench, lastDay, today }) => {
      await workbench.see(["colleague"]);
      const left = sql`"leaveDate" > CAST(${lastDay} AS DATE) AND "leaveDate" <= CAST(${today} AS DATE)`;
      return (await workbench.changed("colleague"))
        ? [
            sql`SELECT id FROM changed_colleague`,
            sql`SELECT s.id FROM colleague s WHERE ${left} OR s."managerId" IN (SELECT id FROM changed_colleague)`,
          ]
        : [sql`SELECT id FROM colleague WHERE ${left}`];
    },
  },
  prepare: ({ engine, warehouse }) => knowColleagues(engine, warehouse),
  select: ({
    rows,
    today,
  }) => sql`WITH own AS (SELECT *, clean_phone(phone) AS own_phone, clean_email(email) AS own_email FROM ${rows})
SELECT s.id AS _key, CASE WHEN clean_text(s.id) IS NULL THEN 'no_key' END AS _reason,
  list_filter([dirt_of('phone', s.phone, s.own_phone, 'invalid'), dirt_of('email', s.email, s.own_email, 'invalid'),
    CASE WHEN s.active AND s."leaveDate" <= CAST(${today} AS DATE) THEN 'is_active:left_the_company' END], x -> x IS NOT NULL) AS _dirt,
  s.id AS colleague_id, clean_text(s."lastName") AS name, clean_text(s."firstName") AS first_name, clean_text(s.function) AS job_title,
  clean_text(s.department) AS department, s.own_email AS email, s.own_phone AS phone, s."hireDate" AS hire_date,
  s."leaveDate" AS termination_date, s.active AND coalesce(s."leaveDate" > CAST(${today} AS DATE), TRUE) AS is_active,
  t.caption AS team_name, s."managerId" AS manager_colleague_id, k.colleague_key AS manager_colleague_key,
  s."weeklyHours" AS weekly_hours, s."hourlyCost" AS hourly_cost
FROM own s LEFT JOIN colleague_team t ON t.id = s."teamId" LEFT JOIN colleague_keys k ON k.colleague_id = s."managerId"`,
};

/** `colleague_keys`: the surrogate keys of the colleagues that are in the warehouse. */
async function knowColleagues(engine: SqlEngine, warehouse: Warehouse): Promise<void> {
  const known = await warehouse.engine
    .query("SELECT colleague_id, colleague_key FROM dim_colleague WHERE colleague_key > 0")
    .rows();
  await engine.execute(
    "CREATE OR REPLACE TEMP TABLE colleague_keys (colleague_id VARCHAR, colleague_key BIGINT)",
  );
  if (known.length === 0) return;
  const rows = known.map(
    ({ colleague_id, colleague_key }) => sql`(${colleague_id}, ${raw(String(colleague_key))})`,
  );
  await engine.execute(sql`INSERT INTO colleague_keys VALUES ${joinSql(rows)}`);
}
