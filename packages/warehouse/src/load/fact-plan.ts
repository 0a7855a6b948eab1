import { type Dialect, id, joinSql, raw, type Sql, sql } from "@lakewright/sql";
import type { Fact } from "../define/fact.ts";
import { PROBLEM } from "../define/names.ts";
import { columnList } from "../schema/create.ts";
import type { Place } from "../schema/place.ts";
import { bindDay } from "./values.ts";
import type { FactRequest } from "./resolve.ts";
import { assignments, columnsOf, differ, equal, RESOLVED, setProblem } from "./stage.ts";
import type { Step } from "./step.ts";

/** Steps whose numbers of changed rows are reported. */
export const FACT_UPDATE = "update facts";
export const FACT_INSERT = "insert facts";
export const FACT_REPLACE = "remove the snapshot that is replaced";

/** The stored columns of a fact that name its rows among those of one load. */
export function grainWithin(fact: Fact): readonly string[] {
  return fact.snapshot ? fact.grain.slice(2) : fact.grain;
}

/** Every stored column but those of the snapshot and the surrogate key. */
export function loadedColumns(fact: Fact): readonly string[] {
  return [...fact.roles.map((role) => role.column), ...fact.own.map((field) => field.name)];
}

/** The statements that bring resolved rows into a fact table. */
export function factSteps(
  dialect: Dialect,
  place: Place,
  fact: Fact,
  request: FactRequest,
): Step[] {
  if (request.snapshot) return snapshotSteps(place, fact, request.snapshot);
  const target = place.id(fact.name);
  const grain = fact.grain;
  const columns = loadedColumns(fact);
  const fresh = sql`FROM ${id(RESOLVED)} r LEFT JOIN ${target} f ON ${equal("r", "f", grain)}
WHERE ${id("f", grain[0]!)} IS NULL AND ${id("r", PROBLEM)} IS NULL`;
  const insert: Step = {
    name: FACT_INSERT,
    sql: sql`INSERT INTO ${target} (${columnList(columns)})
SELECT ${columnsOf("r", columns)}
${fresh}`,
  };
  if (request.mode === "append") {
    const there = sql`SELECT ${columnsOf("f", grain)} FROM ${target} f JOIN ${id(RESOLVED)} r ON ${equal("f", "r", grain)}`;
    const putAside = setProblem(
      RESOLVED,
      "already_there",
      sql`(${there}) t`,
      equal(RESOLVED, "t", grain),
    );
    return [{ name: "put aside facts that are there", sql: putAside }, insert];
  }
  const others = columns.filter((column) => !grain.includes(column));
  if (others.length === 0) return [insert];
  const update: Step = {
    name: FACT_UPDATE,
    sql: sql`UPDATE ${target} AS f SET ${assignments("r", others)}
FROM ${id(RESOLVED)} r WHERE ${equal("f", "r", grain)} AND ${id("r", PROBLEM)} IS NULL
AND (${differ(dialect, "f", "r", others)})`,
  };
  return [update, insert];
}

function snapshotSteps(
  place: Place,
  fact: Fact,
  snapshot: NonNullable<FactRequest["snapshot"]>,
): Step[] {
  const { date, version } = fact.snapshot!;
  const day = bindDay(snapshot.date);
  const number: Sql = raw(String(snapshot.version));
  const columns = loadedColumns(fact);
  return [
    {
      name: FACT_REPLACE,
      sql: sql`DELETE FROM ${place.id(fact.name)} WHERE ${id(date)} = ${day} AND ${id(version)} = ${number}`,
    },
    {
      name: FACT_INSERT,
      sql: sql`INSERT INTO ${place.id(fact.name)} (${columnList([...columns, date, version])})
SELECT ${joinSql([columnsOf("r", columns), day, number])}
FROM ${id(RESOLVED)} r WHERE ${id("r", PROBLEM)} IS NULL`,
    },
  ];
}
