import {
  type Column,
  defineTable,
  extendTable,
  type Field,
  int64,
  nullable,
  oneOf,
  type Table,
  tableFromFields,
  timestamp,
} from "@lakewright/core";
import { bind, type Dialect, id, joinSql, raw, type Sql, sql } from "@lakewright/sql";
import type { Dimension } from "../../define/dimension.ts";
import { IS_DELETED, IS_INFERRED, namesOf, VALID_FROM, VALID_TO } from "../../define/names.ts";
import type { Writer } from "../../schema/create.ts";
import { uniqueName } from "../../schema/unique.ts";
import { columnList, columnsUnder, differ, equal, equalOrNull } from "../../sql-text.ts";
import type { Step } from "../../step.ts";
import { bindMicros } from "../../values.ts";
import type { Deletes } from "../options.ts";
import { scopeSteps } from "../scope.ts";
import { createTemporary, dropTemporary, indexedColumns, setProblem } from "../stage/stage.ts";
import {
  DELTA,
  ENDED,
  MEMBER,
  OPERATION,
  PROBLEM,
  ROW,
  SCOPE,
  SINCE,
  STAGE,
} from "../temporary-tables.ts";

/** What a dimension load is asked for. */
export interface DimensionRequest {
  readonly micros: bigint;
  readonly mode: "append" | "upsert" | "scd2";
  readonly deletes: Exclude<Deletes, "delete">;
  readonly scope: readonly string[] | undefined;
  /** The rows are most of the members, or more: an engine that has to be told so hashes these. Default false. */
  readonly hashing?: boolean | undefined;
}

const OPERATIONS = ["insert", "change", "reopen", "fill", "close", "late", "there"] as const;

/**
 * What becomes of a member: `fill` completes an inferred one, `reopen` brings back one that is marked as deleted, `late`
 * and `there` change nothing.
 */
export type DeltaOperation = (typeof OPERATIONS)[number];

/** The step whose number of rows is that of members that come back after they had ended. */
export const RETURNING = "find members that come back";

/** What differs, with the whole row: the stage, which may be large, is not read again. */
function deltaTable({ input }: Dimension): Table {
  const rows = tableFromFields(
    DELTA,
    input.fields.map(({ name, column }) => ({ name, column: nullable(column) })),
  );
  return extendTable(rows, {
    [MEMBER]: nullable(int64()),
    [ROW]: nullable(int64()),
    [OPERATION]: oneOf(OPERATIONS),
    [SINCE]: nullable(timestamp("us")),
  } satisfies Record<string, Column>);
}

const endedTable = defineTable(ENDED, {
  new_row: int64(),
  last_to: timestamp("us"),
} satisfies Record<string, Column>);

/** Compares the staged rows with the members once, keeps what differs, and looks at what of it came late or again. */
export function deltaSteps(
  writer: Writer,
  dimension: Dimension,
  request: DimensionRequest,
): Step[] {
  return [...compareSteps(writer, dimension, request), ...settleSteps(writer, dimension, request)];
}

/** Compares the staged rows with the members once, and keeps what differs. */
export function compareSteps(
  writer: Writer,
  dimension: Dimension,
  request: DimensionRequest,
): Step[] {
  const { dialect, capabilities } = writer;
  const { scope, deletes } = request;
  const isScoped = deletes !== "ignore" && scope !== undefined;
  const steps: Step[] = [
    ...createTemporary(
      writer,
      "create delta",
      DELTA,
      deltaTable(dimension),
      [],
      indexedColumns(dimension),
    ),
    ...(isScoped ? scopeSteps(writer, scopeOf(dimension, scope), id(STAGE)) : []),
    { name: "compare", sql: compare(writer, dimension, request) },
  ];
  if (deletes !== "ignore" && !capabilities.fullJoin) {
    steps.push({ name: "find members that are missing", sql: missing(writer, dimension, request) });
  }
  if (isScoped) steps.push(dropTemporary(dialect, SCOPE));
  return steps;
}

/** Puts aside what came late or is there, and lets members that come back start after their last end. */
export function settleSteps(
  writer: Writer,
  dimension: Dimension,
  request: DimensionRequest,
): Step[] {
  const { dialect, place } = writer;
  const { key, name, versioning } = dimension;
  if (versioning !== "scd2") {
    return request.mode === "append" ? [putAside(dialect, key, "there", "already_there")] : [];
  }
  const returning: readonly Step[] = [
    ...createTemporary(writer, "create ended", ENDED, endedTable, ["new_row"]),
    {
      name: RETURNING,
      sql: sql`INSERT INTO ${id(ENDED)} (new_row, last_to)
SELECT ${id("d", ROW)}, max(${id("t", VALID_TO)})
FROM ${id(DELTA)} d JOIN ${place.id(name)} t ON ${equal("d", "t", key)}
WHERE ${id("d", OPERATION)} = 'insert' AND ${id("t", VALID_TO)} IS NOT NULL GROUP BY ${id("d", ROW)}`,
    },
    {
      name: "start versions of members that come back after their last end",
      sql: dialect.updateFrom({
        target: id(DELTA),
        alias: "d",
        set: [[SINCE, returnOf(dimension, request)]],
        from: sql`${id(ENDED)} h`,
        where: sql`${id("d", ROW)} = ${id("h", "new_row")}`,
      }),
    },
    dropTemporary(dialect, ENDED),
  ];
  return [
    ...returning.map((step) => ({ ...step, needs: ["insert"] })),
    putAside(dialect, key, "late", "late_change"),
  ];
}

function returnOf({ updatedAt }: Dimension, { micros }: DimensionRequest): Sql {
  const change = updatedAt === undefined ? bindMicros(micros) : id("d", updatedAt);
  return sql`GREATEST(${change}, ${id("h", "last_to")})`;
}

function putAside(
  dialect: Dialect,
  key: readonly string[],
  operation: DeltaOperation,
  reason: "late_change" | "already_there",
): Step {
  return {
    needs: [operation],
    name:
      operation === "late" ? "put aside changes that are late" : "put aside members that are there",
    sql: setProblem(
      dialect,
      STAGE,
      reason,
      sql`${id(DELTA)} d`,
      sql`${id("d", OPERATION)} = ${operation} AND ${equal(STAGE, "d", key)} AND ${id(STAGE, ROW)} = ${id("d", ROW)}`,
    ),
  };
}

/** The versions that are current. The filter comes before any join: as a condition of an outer join it makes engines compare row by row. */
function current(
  { place }: Writer,
  { name, surrogateKey, versioning }: Dimension,
  hint: Sql = raw(""),
): Sql {
  const open = versioning === "scd2" ? sql` AND ${id(VALID_TO)} IS NULL` : raw("");
  return sql`SELECT * FROM ${place.id(name)} ${hint} WHERE ${id(surrogateKey)} > 0${open}`;
}

function scopeOf({ input }: Dimension, scope: readonly string[]): Field[] {
  return input.fields.filter(({ name }) => scope.includes(name));
}

/** Whether a member that the data does not have is to go. */
function mayGo(dialect: Dialect, dimension: Dimension, { scope }: DimensionRequest): Sql {
  const inScope = scope
    ? sql` AND EXISTS (SELECT 1 FROM ${id(SCOPE)} p WHERE ${equalOrNull(dialect, "p", "t", scopeOf(dimension, scope))})`
    : raw("");
  return sql`NOT ${id("t", IS_INFERRED)} AND NOT ${id("t", IS_DELETED)}${inScope}`;
}

function compare(writer: Writer, dimension: Dimension, request: DimensionRequest): Sql {
  const { dialect, capabilities } = writer;
  const { key, surrogateKey, versioning } = dimension;
  const history = versioning === "scd2";
  const together = request.deletes !== "ignore" && capabilities.fullJoin;
  const member = id("t", surrogateKey);
  const hint = request.hashing ? dialect.hashing?.(uniqueName(dimension.name, history)) : undefined;
  const absent = together
    ? sql`WHEN ${id("s", ROW)} IS NULL THEN CASE WHEN ${mayGo(dialect, dimension, request)} THEN 'close' ELSE 'same' END
    `
    : raw("");
  const names = namesOf(dimension.input);
  const columns = columnList([...names, MEMBER, ROW, OPERATION, SINCE]);
  return sql`INSERT INTO ${id(DELTA)} (${columns})
SELECT ${hint?.select ?? raw("")} ${columns} FROM (
  SELECT ${columnsUnder("s", names)}, ${member} AS ${id(MEMBER)}, ${id("s", ROW)} AS ${id(ROW)}, CASE
    ${absent}WHEN ${id("s", PROBLEM)} IS NOT NULL THEN 'same'
    WHEN ${member} IS NULL THEN 'insert'
    WHEN ${id("t", IS_INFERRED)} THEN 'fill'
    ${joinSql(changes(dialect, dimension, request), "\n    ")}
    ELSE 'same' END AS ${id(OPERATION)},
    ${history ? since(writer, dimension, request) : bind(null, timestamp("us").type)} AS ${id(SINCE)}
  FROM ${id(STAGE)} s ${raw(together ? "FULL" : "LEFT")} JOIN (${current(writer, dimension, hint?.table)}) t ON ${equal("s", "t", key)}
) d WHERE ${id(OPERATION)} <> 'same'`;
}

/** Members that the data does not have, where the engine has no FULL JOIN to find them by the way. */
function missing(writer: Writer, dimension: Dimension, request: DimensionRequest): Sql {
  const { key, surrogateKey } = dimension;
  const { dialect } = writer;
  return sql`INSERT INTO ${id(DELTA)} (${columnList([MEMBER, OPERATION, SINCE])})
SELECT ${id("t", surrogateKey)}, 'close', ${bindMicros(request.micros)}
FROM (${current(writer, dimension)}) t LEFT JOIN ${id(STAGE)} s ON ${equal("s", "t", key)}
WHERE ${id("s", ROW)} IS NULL AND ${mayGo(dialect, dimension, request)}`;
}

/** WHEN … THEN for a row whose member is there. */
function changes(dialect: Dialect, dimension: Dimension, request: DimensionRequest): Sql[] {
  const { versioning, tracked, updatedAt } = dimension;
  if (request.mode === "append") return [sql`WHEN TRUE THEN 'there'`];
  const deleted = sql`WHEN ${id("t", IS_DELETED)} THEN 'reopen'`;
  if (versioning === "scd0") return [deleted];
  const differs = differ(dialect, "s", "t", tracked);
  if (versioning === "scd1") return [deleted, sql`WHEN ${differs} THEN 'change'`];
  const from = id("t", VALID_FROM);
  if (updatedAt === undefined) {
    const later = sql`${bindMicros(request.micros)} > ${from}`;
    return [deleted, sql`WHEN ${differs} THEN CASE WHEN ${later} THEN 'change' ELSE 'late' END`];
  }
  const [given, stored] = [id("s", updatedAt), id("t", updatedAt)];
  return [
    deleted,
    sql`WHEN ${given} > ${stored} THEN CASE WHEN ${given} > ${from} THEN 'change' ELSE 'late' END`,
    sql`WHEN ${given} < ${stored} AND (${differs}) THEN 'late'`,
  ];
}

/** When the new version of a member starts; of one that is missing, when its last one ends. */
function since({ place }: Writer, dimension: Dimension, request: DimensionRequest): Sql {
  const { name, surrogateKey, updatedAt, firstVersionFrom } = dimension;
  const at = bindMicros(request.micros);
  const dated = updatedAt === undefined ? at : sql`COALESCE(${id("s", updatedAt)}, ${at})`;
  const change = sql`CASE WHEN ${id("t", IS_DELETED)} THEN GREATEST(${dated}, ${id("t", VALID_FROM)}) ELSE ${dated} END`;
  if (firstVersionFrom === "change") return change;
  const isNew = sql`${id("t", surrogateKey)} IS NULL`;
  const before = sql`EXISTS (SELECT 1 FROM ${place.id(name)} WHERE ${id(surrogateKey)} > 0 AND NOT ${id(IS_INFERRED)})`;
  const atEpoch = firstVersionFrom === "epoch" ? isNew : sql`${isNew} AND NOT ${before}`;
  return sql`CASE WHEN ${atEpoch} THEN ${bindMicros(0n)} ELSE ${change} END`;
}
