import { type Column, defineTable, int64, nullable, timestamp, utf8 } from "@lakewright/core";
import { createTable, type Dialect, id, joinSql, raw, type Sql, sql } from "@lakewright/sql";
import type { Dimension } from "../define/dimension.ts";
import { IS_INFERRED, PROBLEM, ROW, VALID_FROM, VALID_TO } from "../define/names.ts";
import type { Place } from "../schema/place.ts";
import { DELTA, differ, equal, setProblem, STAGE } from "./stage.ts";
import type { Step } from "./step.ts";
import { bindMicros } from "./values.ts";

/** What a dimension load is asked for. */
export interface DimensionRequest {
  readonly micros: bigint;
  readonly deletes: "ignore" | "close";
  readonly scope: readonly string[] | undefined;
}

/** What becomes of a member: `fill` completes an inferred one, `late` changes nothing. */
export type DeltaOperation = "insert" | "change" | "fill" | "close" | "late";

const deltaTable = defineTable(DELTA, {
  member_key: nullable(int64()),
  stage_row: nullable(int64()),
  operation: utf8(),
  /** When the version that opens starts, and the one that closes ends. */
  since: nullable(timestamp("us")),
} satisfies Record<string, Column>);

/** Compares the staged rows with the members once, and keeps what differs. */
export function deltaSteps(
  dialect: Dialect,
  place: Place,
  dimension: Dimension,
  request: DimensionRequest,
): Step[] {
  const history = dimension.versioning === "scd2";
  const steps: Step[] = [
    { name: "create delta", sql: createTable(dialect, DELTA, deltaTable, { temporary: true }) },
    { name: "compare", sql: compare(dialect, place, dimension, request) },
  ];
  if (!history) return steps;
  const { key, updatedAt } = dimension;
  const change =
    updatedAt === undefined ? bindMicros(request.micros) : sql`max(${id("s", updatedAt)})`;
  const ended = sql`SELECT ${id("d", "stage_row")}, ${change} AS changed, max(${id("t", VALID_TO)}) AS last_to
  FROM ${id(DELTA)} d JOIN ${id(STAGE)} s ON ${id("s", ROW)} = ${id("d", "stage_row")}
  JOIN ${place.id(dimension.name)} t ON ${equal("s", "t", key)}
  WHERE ${id("d", "operation")} = 'insert' GROUP BY ${id("d", "stage_row")}`;
  steps.push(
    {
      name: "start versions of members that come back after their last end",
      sql: sql`UPDATE ${id(DELTA)} SET since = GREATEST(h.changed, h.last_to)
FROM (${ended}) h WHERE ${id(DELTA, "stage_row")} = ${id("h", "stage_row")}`,
    },
    {
      name: "put aside changes that are late",
      sql: setProblem(
        STAGE,
        "late_change",
        id(DELTA),
        sql`${id(DELTA, "operation")} = 'late' AND ${id(DELTA, "stage_row")} = ${id(STAGE, ROW)}`,
      ),
    },
  );
  return steps;
}

function compare(
  dialect: Dialect,
  place: Place,
  dimension: Dimension,
  request: DimensionRequest,
): Sql {
  const { name, key, surrogateKey, versioning } = dimension;
  const history = versioning === "scd2";
  const closing = history && request.deletes === "close";
  // The filter comes before the join: as a condition of an outer join it makes engines compare row by row.
  const current = sql`SELECT * FROM ${place.id(name)} WHERE ${id(surrogateKey)} > 0${
    history ? sql` AND ${id(VALID_TO)} IS NULL` : raw("")
  }`;
  const inScope = request.scope
    ? sql` AND EXISTS (SELECT 1 FROM ${id(STAGE)} p WHERE ${equal("p", "t", request.scope)})`
    : raw("");
  const member = id("t", surrogateKey);
  return sql`INSERT INTO ${id(DELTA)} (member_key, stage_row, operation, since)
SELECT * FROM (
  SELECT ${member} AS member_key, ${id("s", ROW)} AS stage_row, CASE
    WHEN ${id("s", ROW)} IS NULL THEN ${closing ? sql`CASE WHEN NOT ${id("t", IS_INFERRED)}${inScope} THEN 'close' ELSE 'same' END` : raw("'same'")}
    WHEN ${id("s", PROBLEM)} IS NOT NULL THEN 'same'
    WHEN ${member} IS NULL THEN 'insert'
    WHEN ${id("t", IS_INFERRED)} THEN 'fill'
    ${joinSql(changes(dialect, dimension, request), "\n    ")}
    ELSE 'same' END AS operation,
    ${history ? since(place, dimension, request) : sql`CAST(NULL AS ${raw(dialect.columnType(timestamp("us")))})`} AS since
  FROM ${id(STAGE)} s ${raw(closing ? "FULL" : "LEFT")} JOIN (${current}) t ON ${equal("s", "t", key)}
) d WHERE operation <> 'same'`;
}

/** WHEN … THEN for a row whose member is there. */
function changes(dialect: Dialect, dimension: Dimension, request: DimensionRequest): Sql[] {
  const { versioning, tracked, updatedAt } = dimension;
  if (versioning === "scd0") return [];
  const differs = differ(dialect, "s", "t", tracked);
  if (versioning === "scd1") return [sql`WHEN ${differs} THEN 'change'`];
  const from = id("t", VALID_FROM);
  if (updatedAt === undefined) {
    const later = sql`${bindMicros(request.micros)} > ${from}`;
    return [sql`WHEN ${differs} THEN CASE WHEN ${later} THEN 'change' ELSE 'late' END`];
  }
  const [given, stored] = [id("s", updatedAt), id("t", updatedAt)];
  return [
    sql`WHEN ${given} > ${stored} THEN CASE WHEN ${given} > ${from} THEN 'change' ELSE 'late' END`,
    sql`WHEN ${given} < ${stored} AND (${differs}) THEN 'late'`,
  ];
}

/** When the new version of a member starts; of one that is missing, when its last one ends. */
function since(place: Place, dimension: Dimension, request: DimensionRequest): Sql {
  const { name, surrogateKey, updatedAt, firstVersionFrom } = dimension;
  const at = bindMicros(request.micros);
  const change = updatedAt === undefined ? at : sql`COALESCE(${id("s", updatedAt)}, ${at})`;
  if (firstVersionFrom === "change") return change;
  const isNew = sql`${id("t", surrogateKey)} IS NULL`;
  const before = sql`EXISTS (SELECT 1 FROM ${place.id(name)} WHERE ${id(surrogateKey)} > 0 AND NOT ${id(IS_INFERRED)})`;
  const atEpoch = firstVersionFrom === "epoch" ? isNew : sql`${isNew} AND NOT ${before}`;
  return sql`CASE WHEN ${atEpoch} THEN ${bindMicros(0n)} ELSE ${change} END`;
}
