import type { Table } from "@lakewright/core";
import { id, joinSql, raw, sql } from "@lakewright/sql";
import { IS_CURRENT, IS_DELETED, IS_INFERRED, VALID_FROM } from "../../define/names.ts";
import type { Role } from "../../define/references.ts";
import type { StarTable } from "../../define/star-table.ts";
import type { Writer } from "../../schema/create.ts";
import { addDays } from "../../seed/days.ts";
import { columnList, columnsUnder, equal } from "../../sql-text.ts";
import type { Step } from "../../step.ts";
import { bindMicros } from "../../values.ts";
import { type RunningLoad, runStep } from "../context.ts";
import { STAGE } from "../temporary-tables.ts";
import { isNamed } from "./lookup.ts";
import { dayOf } from "./time.ts";

/** Adds the days the rows name and, where asked for, members for natural keys that have none. */
export async function addMembers(
  load: RunningLoad,
  table: StarTable,
  roles: readonly Role[],
  infer: boolean,
): Promise<void> {
  const { session, context } = load;
  for (const role of roles) {
    const { days, clock, junk } = role.dimension;
    if (clock !== undefined) continue;
    if (days !== undefined) {
      const rows = await session.query(newDays(context, table.input, role).sql).rows();
      const missing = rows.map((row) => String(row["day"]));
      await addDays(session, context.place, role.dimension, missing);
    } else if (infer || junk) {
      await runStep(load, inferMembers(context, role));
    }
  }
}

/** The steps of {@link addMembers}, for a plan. */
export function memberSteps(
  writer: Writer,
  table: StarTable,
  roles: readonly Role[],
  infer: boolean,
): Step[] {
  return roles.flatMap((role) => {
    const { days, clock, junk } = role.dimension;
    if (clock !== undefined) return [];
    if (days !== undefined) return [newDays(writer, table.input, role)];
    return infer || junk ? [inferMembers(writer, role)] : [];
  });
}

/** Adds a member for every natural key of a role that has none. Those of a junk dimension are whole. */
function inferMembers({ place }: Writer, role: Role): Step {
  const { name, key, surrogateKey, versioning, junk } = role.dimension;
  const history = versioning === "scd2";
  const given = joinSql(key.map((column, k) => sql`${id("s", role.from[k]!)} AS ${id(column)}`));
  const added = [...(history ? [VALID_FROM, IS_CURRENT] : []), IS_INFERRED, IS_DELETED];
  const values = [
    ...(history ? [bindMicros(0n), raw("TRUE")] : []),
    raw(junk ? "FALSE" : "TRUE"),
    raw("FALSE"),
  ];
  return {
    name: `infer members of ${name} for role ${role.name}`,
    sql: sql`INSERT INTO ${place.id(name)} (${columnList([...key, ...added])})
SELECT ${columnsUnder("g", key)}, ${joinSql(values)}
FROM (SELECT DISTINCT ${given} FROM ${id(STAGE)} s WHERE ${isNamed(role)}) g
LEFT JOIN (SELECT DISTINCT ${columnList(key)} FROM ${place.id(name)} WHERE ${id(surrogateKey)} > 0) t ON ${equal("g", "t", key)}
WHERE ${id("t", key[0]!)} IS NULL
ORDER BY ${columnsUnder("g", key)}`,
  };
}

/** The days a calendar role names that the calendar does not have. */
function newDays({ dialect, place }: Writer, input: Table, role: Role): Step {
  const [column] = role.from;
  const { name, key, surrogateKey } = role.dimension;
  return {
    name: `new days of role ${role.name}`,
    sql: sql`SELECT g.day AS day
FROM (SELECT DISTINCT ${dayOf(dialect, input, column!, "s")} AS day FROM ${id(STAGE)} s WHERE ${isNamed(role)}) g
LEFT JOIN ${place.id(name)} t ON ${id("t", key[0]!)} = g.day
WHERE ${id("t", surrogateKey)} IS NULL`,
  };
}
