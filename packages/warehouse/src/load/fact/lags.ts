import { id, type Sql, sql } from "@lakewright/sql";
import type { Fact, Lag } from "../../define/fact.ts";
import type { Writer } from "../../schema/create.ts";
import { equal } from "../../sql-text.ts";
import type { Step } from "../../step.ts";
import { PROBLEM, RESOLVED } from "../temporary-tables.ts";

/** The statements that count the days between milestones of the facts of a load. They come after those that write it. */
export function lagSteps(writer: Writer, fact: Fact): Step[] {
  return fact.lags.map((lag) => ({
    name: `count the days of ${lag.name}`,
    sql: countDays(writer, fact, lag),
  }));
}

/** Days are numbered in a calendar; of a milestone not reached there is no number, and none of days between. */
function countDays({ dialect, place }: Writer, fact: Fact, { name, from, to }: Lag): Sql {
  const days = sql`${id("b", "day_number")} - ${id("a", "day_number")}`;
  return dialect.updateFrom({
    target: place.id(fact.name),
    alias: "f",
    set: [[name, days]],
    from: sql`${id(RESOLVED)} r, ${place.id(from.dimension.name)} a, ${place.id(to.dimension.name)} b`,
    where: sql`${equal("f", "r", fact.grain)} AND ${id("r", PROBLEM)} IS NULL
AND ${id("a", from.dimension.surrogateKey)} = ${id("f", from.column)}
AND ${id("b", to.dimension.surrogateKey)} = ${id("f", to.column)}
AND ${dialect.isDistinct(id("f", name), days)}`,
  });
}
