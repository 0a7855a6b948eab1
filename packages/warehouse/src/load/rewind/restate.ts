import { id, raw, type Sql, sql } from "@lakewright/sql";
import type { Dimension } from "../../define/dimension.ts";
import type { Fact } from "../../define/fact.ts";
import type { Writer } from "../../schema/create.ts";
import { equal } from "../../sql-text.ts";
import type { Step } from "../../step.ts";
import { holds, type Moment, versions } from "../members/lookup.ts";
import type { LoadOptions, LoadSummary } from "../options.ts";
import type { LoadJob } from "../run.ts";
import { MEMBER } from "../temporary-tables.ts";
import { type Use, usesOf } from "./rewind-plan.ts";
import { rewindDimension } from "./rewind.ts";

/**
 * Loads the past anew: takes the dimension back, loads, and lets facts that know when their event was refer to the
 * version of that moment.
 */
export async function restated(
  job: LoadJob,
  dimension: Dimension,
  micros: bigint,
  { signal }: LoadOptions,
  load: () => Promise<LoadSummary>,
): Promise<LoadSummary> {
  await rewindDimension(job, dimension, micros, { facts: "repoint", signal });
  const summary = await load();
  for (const use of usesOf(job.tables, dimension)) {
    const step = moveFacts(job.context, use);
    if (step) await job.session.execute(step.sql, { signal });
  }
  return summary;
}

/** Lets facts refer to the version of their moment; undefined where nothing stored says when that was. */
function moveFacts(writer: Writer, { fact, role }: Use): Step | undefined {
  const { dialect, place } = writer;
  const stored = storedMoment(writer, fact);
  if (stored === undefined) return undefined;
  const { name, key, surrogateKey } = role.dimension;
  return {
    name: `move ${fact.name} to the versions of their moment, in role ${role.name}`,
    sql: dialect.updateFrom({
      target: place.id(fact.name),
      alias: "f",
      set: [[role.column, id("v", MEMBER)]],
      from: sql`${place.id(name)} c, (${versions(writer, role, stored.moment.isDay)}) v${stored.from}`,
      where: sql`${id("f", role.column)} = ${id("c", surrogateKey)} AND ${equal("v", "c", key)}
AND ${holds("v", stored.moment)} AND ${id("v", MEMBER)} <> ${id("f", role.column)}${stored.where}`,
    }),
  };
}

interface StoredMoment {
  readonly moment: Moment;
  readonly from: Sql;
  readonly where: Sql;
}

function storedMoment({ place }: Writer, fact: Fact): StoredMoment | undefined {
  const { eventTime, snapshot, own, roles, input } = fact;
  const none = { from: raw(""), where: raw("") };
  if (eventTime === undefined) {
    return snapshot && { ...none, moment: { value: id("f", snapshot.date), isDay: true } };
  }
  const isDay = input.columns[eventTime]!.type.kind === "date";
  if (own.some((field) => field.name === eventTime)) {
    return { ...none, moment: { value: id("f", eventTime), isDay } };
  }
  const day = roles.find((role) => role.dimension.days !== undefined && role.from[0] === eventTime);
  if (day === undefined || !isDay) return undefined;
  const { name, key, surrogateKey } = day.dimension;
  return {
    moment: { value: id("e", key[0]!), isDay },
    from: sql`, ${place.id(name)} e`,
    where: sql` AND ${id("e", surrogateKey)} = ${id("f", day.column)}`,
  };
}
