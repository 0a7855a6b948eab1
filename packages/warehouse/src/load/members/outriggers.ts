import { id, raw, sql } from "@lakewright/sql";
import type { Dimension } from "../../define/dimension.ts";
import type { Writer } from "../../schema/create.ts";
import { equal } from "../../sql-text.ts";
import type { Step } from "../../step.ts";
import { STAGE } from "../temporary-tables.ts";
import { isNamed, named } from "./lookup.ts";

/** Lets the members that were loaded refer to those of other dimensions. They are there: inferred before, where new. */
export function outriggerSteps(writer: Writer, dimension: Dimension): Step[] {
  const { dialect, place } = writer;
  const { name, key, input, outriggers, surrogateKey } = dimension;
  const target = place.id(name);
  return outriggers.flatMap((role) => {
    const { column, dimension: other, absentKey } = role;
    const refer: Step = {
      name: `refer to ${other.name} in role ${role.name}`,
      sql: dialect.updateFrom({
        target,
        alias: "m",
        set: [[column, id("o", other.surrogateKey)]],
        from: sql`${id(STAGE)} s, ${place.id(other.name)} o`,
        where: sql`${equal("m", "s", key)} AND ${named(writer, input, role, "o", "m")} AND ${id("o", other.surrogateKey)} >= 0
AND ${id("m", column)} <> ${id("o", other.surrogateKey)}`,
      }),
    };
    if (!role.optional) return [refer];
    const absent = raw(String(absentKey));
    const clear: Step = {
      name: `refer to nobody of ${other.name} in role ${role.name}`,
      sql: sql`UPDATE ${target} AS m SET ${id(column)} = ${absent}
WHERE ${id("m", surrogateKey)} > 0 AND NOT (${isNamed(role, "m")}) AND ${id("m", column)} <> ${absent}`,
    };
    return [refer, clear];
  });
}
