import { tableFromFields } from "@lakewright/core";
import { id, joinSql, raw, type Sql, sql } from "@lakewright/sql";
import type { Fact } from "../../define/fact.ts";
import type { Writer } from "../../schema/create.ts";
import { layoutOf } from "../../schema/layout.ts";
import { columnList, columnsUnder, differ, equal, equalOrNull } from "../../sql-text.ts";
import type { Step } from "../../step.ts";
import { bindDay } from "../../values.ts";
import { scopeSteps } from "../scope.ts";
import { createTemporary, dropTemporary, setProblem } from "../stage/stage.ts";
import { MISSING, PROBLEM, RESOLVED, ROW, SCOPE } from "../temporary-tables.ts";
import type { FactRequest } from "./resolve.ts";

/** Steps whose numbers of changed rows are reported. */
export const FACT_UPDATE = "update facts";
export const FACT_INSERT = "insert facts";
export const FACT_REPLACE = "remove the rows that are replaced";
export const FACT_DELETE = "delete facts that are missing";

/** Every stored column but those of the snapshot and the surrogate key. */
export function loadedColumns(fact: Fact): readonly string[] {
  return [...fact.roles.map((role) => role.column), ...fact.own.map((field) => field.name)];
}

/** The statements that bring resolved rows into a fact table. */
export function factSteps(writer: Writer, fact: Fact, request: FactRequest): Step[] {
  switch (request.mode) {
    case "replaceSnapshot":
      return snapshotSteps(writer, fact, request.snapshot!);
    case "rebuild":
      return rebuildSteps(writer, fact);
    case "append":
      return [putAsideThere(writer, fact), insertFresh(writer, fact)];
    default:
      return [...updateChanged(writer, fact), insertFresh(writer, fact)];
  }
}

/** The statements that bring resolved rows into a fact table without rows. */
export function fillSteps(writer: Writer, fact: Fact, request: FactRequest): Step[] {
  return request.mode === "replaceSnapshot"
    ? snapshotSteps(writer, fact, request.snapshot!)
    : [insertAll(writer, fact)];
}

/** Finds the facts that the data does not have. */
export function missingSteps(
  writer: Writer,
  fact: Fact,
  scope: readonly string[] | undefined,
): Step[] {
  const { dialect, place } = writer;
  const { grain, name } = fact;
  const scopes = layoutOf(fact).columns.filter((field) => scope?.includes(field.name));
  const fields = layoutOf(fact).columns.filter((field) => grain.includes(field.name));
  const inScope = scope
    ? sql`JOIN (SELECT DISTINCT ${columnList(scope)} FROM ${id(SCOPE)}) p ON ${equalOrNull(dialect, "f", "p", scopes)}
`
    : raw("");
  const rows = sql`${id(RESOLVED)} WHERE ${id(PROBLEM)} IS NULL`;
  return [
    ...(scope ? scopeSteps(writer, scopes, rows) : []),
    ...createTemporary(writer, "create missing", MISSING, tableFromFields(MISSING, fields)),
    {
      name: "find facts that are missing",
      sql: sql`INSERT INTO ${id(MISSING)} (${columnList(grain)})
SELECT ${columnsUnder("f", grain)} FROM ${place.id(name)} f
${inScope}LEFT JOIN ${id(RESOLVED)} r ON ${equal("f", "r", grain)}
WHERE ${id("r", ROW)} IS NULL`,
    },
    ...(scope ? [dropTemporary(dialect, SCOPE)] : []),
  ];
}

/** Deletes the facts {@link missingSteps} has found. */
export function deleteMissing({ dialect, place }: Writer, fact: Fact): Step {
  return {
    name: FACT_DELETE,
    sql: dialect.deleteUsing({
      target: place.id(fact.name),
      alias: "f",
      from: sql`${id(MISSING)} x`,
      where: equal("f", "x", fact.grain),
    }),
  };
}

function insertFresh({ place }: Writer, fact: Fact): Step {
  const columns = loadedColumns(fact);
  const { grain } = fact;
  return {
    name: FACT_INSERT,
    sql: sql`INSERT INTO ${place.id(fact.name)} (${columnList(columns)})
SELECT ${columnsUnder("r", columns)}
FROM ${id(RESOLVED)} r LEFT JOIN ${place.id(fact.name)} f ON ${equal("r", "f", grain)}
WHERE ${id("f", grain[0]!)} IS NULL AND ${id("r", PROBLEM)} IS NULL`,
  };
}

function putAsideThere({ dialect, place }: Writer, fact: Fact): Step {
  return {
    name: "put aside facts that are there",
    sql: setProblem(
      dialect,
      RESOLVED,
      "already_there",
      sql`${place.id(fact.name)} f`,
      equal(RESOLVED, "f", fact.grain),
    ),
  };
}

/** A milestone that is reached stays so: a row that does not have it leaves it as it was. */
function updateChanged({ dialect, place }: Writer, fact: Fact): Step[] {
  const { grain, milestones } = fact;
  const others = loadedColumns(fact).filter((column) => !grain.includes(column));
  if (others.length === 0) return [];
  const isMilestone = (column: string): boolean =>
    milestones.some((role) => role.column === column);
  const reached = (column: string): Sql => sql`${id("r", column)} >= 0`;
  const changed = joinSql(
    others.map((column) => {
      const differs = differ(dialect, "f", "r", [column]);
      return isMilestone(column) ? sql`(${reached(column)} AND ${differs})` : differs;
    }),
    " OR ",
  );
  return [
    {
      name: FACT_UPDATE,
      sql: dialect.updateFrom({
        target: place.id(fact.name),
        alias: "f",
        set: others.map((column) => [
          column,
          isMilestone(column)
            ? sql`CASE WHEN ${reached(column)} THEN ${id("r", column)} ELSE ${id("f", column)} END`
            : id("r", column),
        ]),
        from: sql`${id(RESOLVED)} r`,
        where: sql`${equal("f", "r", grain)} AND ${id("r", PROBLEM)} IS NULL
AND (${changed})`,
      }),
    },
  ];
}

function rebuildSteps(writer: Writer, fact: Fact): Step[] {
  return [
    { name: FACT_REPLACE, sql: sql`DELETE FROM ${writer.place.id(fact.name)}` },
    insertAll(writer, fact),
  ];
}

function insertAll({ place }: Writer, fact: Fact): Step {
  const columns = loadedColumns(fact);
  return {
    name: FACT_INSERT,
    sql: sql`INSERT INTO ${place.id(fact.name)} (${columnList(columns)})
SELECT ${columnsUnder("r", columns)}
FROM ${id(RESOLVED)} r WHERE ${id("r", PROBLEM)} IS NULL`,
  };
}

function snapshotSteps(
  { place }: Writer,
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
SELECT ${joinSql([columnsUnder("r", columns), day, number])}
FROM ${id(RESOLVED)} r WHERE ${id("r", PROBLEM)} IS NULL`,
    },
  ];
}
