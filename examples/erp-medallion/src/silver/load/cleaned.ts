import type { Table } from "@lakewright/core";
import { duckdbDialect, id, joinSql, raw, type Sql, sql } from "@lakewright/sql";
import type { Warehouse } from "@lakewright/warehouse";
import type { LoadedTable } from "../build.ts";
import { keysOf } from "../../source/keys.ts";
import type { Cleaning } from "../clean/cleaning.ts";
import type { Lookups } from "../lookups/lookups.ts";
import { dayOf as dayOfInstant, type Workbench } from "../workbench/workbench.ts";
import { chunks, dirtTable, forgetFindings, quarantineTable } from "./findings.ts";

export interface SilverRun {
  readonly workbench: Workbench;
  readonly warehouse: Warehouse;
  readonly lookups: Lookups;
  /** When what bronze has took effect, in microseconds. */
  readonly at: bigint;
  readonly today: string;
  /** False where only what changed is read. */
  readonly whole: boolean;
  readonly signal: AbortSignal | undefined;
}

const CLEAN = "cleaned";
const TOUCHED = "touched";
const ASKED = "asked";

/**
 * Cleans the rows of a source table and loads them: all of them, or those that may come out otherwise now. What cannot
 * be taken goes to quarantine, what was mended is noted; of rows that are gone, the facts go as well.
 *
 * @returns undefined where no change can have reached the table
 */
export async function loadCleaned(
  run: SilverRun,
  cleaning: Cleaning,
  loadId: string = `${cleaning.table.name}@${run.at}`,
): Promise<LoadedTable | undefined> {
  const asked = await askFor(run, cleaning);
  if (asked === "nothing") return undefined;
  await clean(run, cleaning, asked);
  const { table } = cleaning;
  const touched = asked === "touched" ? await touchedRows(run) : undefined;
  // Versions of members that are gone end by a load of all members.
  const ends = table.kind === "dimension" && table.versioning === "scd2";
  if (!ends || !touched?.some(({ isGone }) => isGone))
    return await loadClean(run, cleaning, loadId, touched);
  await clean(run, cleaning, "everything");
  return await loadClean(run, cleaning, loadId, undefined);
}

/** Finds out which rows a change can have reached: `touched` has their ids. */
async function askFor(
  { workbench, whole, today }: SilverRun,
  { source, with: others, reach }: Cleaning,
): Promise<"everything" | "touched" | "nothing"> {
  if (whole || !reach) return "everything";
  for (const name of [source, ...others])
    if (!reach.from.includes(name) && (await workbench.changed(name))) return "everything";
  const lastDay = dayOfInstant(workbench.since!);
  const ids = await reach.ids({ workbench, lastDay, today });
  if (ids.length === 0) return "nothing";
  const touched = await workbench.make(
    TOUCHED,
    sql`SELECT DISTINCT id FROM (${joinSql(ids, " UNION ALL ")}) WHERE id IS NOT NULL`,
  );
  return touched > 0 ? "touched" : "nothing";
}

/** Cleans the rows that are asked for into `cleaned`. Touched ones are read once, into `asked`. */
async function clean(
  { workbench, warehouse, lookups, today, signal }: SilverRun,
  { source, with: others, prepare, select }: Cleaning,
  asked: "everything" | "touched",
): Promise<void> {
  const { engine } = workbench;
  await workbench.see([source, ...others]);
  if (asked === "touched") {
    await engine.execute(
      sql`CREATE OR REPLACE TEMP TABLE ${id(ASKED)} AS SELECT s.* FROM ${id(source)} s SEMI JOIN ${id(TOUCHED)} t ON t.id = s.id`,
    );
  }
  const rows = id(asked === "touched" ? ASKED : source);
  await prepare?.({ workbench, engine, warehouse, lookups, rows, today });
  await engine.execute(
    sql`CREATE OR REPLACE TEMP TABLE ${id(CLEAN)} AS ${select({ today, rows })}`,
    { signal },
  );
}

/** A row that a change can have reached. It is gone where it is not in the source any more, or cannot be taken. */
interface TouchedRow {
  readonly id: unknown;
  readonly isGone: boolean;
}

async function touchedRows({ workbench }: SilverRun): Promise<TouchedRow[]> {
  const rows = await workbench.engine
    .query(
      sql`SELECT t.id, c._key IS NULL AS is_gone FROM ${id(TOUCHED)} t LEFT JOIN ${id(CLEAN)} c ON c._key = CAST(t.id AS VARCHAR) AND c._reason IS NULL`,
    )
    .rows();
  return rows.map((row) => ({ id: row["id"], isGone: row["is_gone"] as boolean }));
}

/** What there is in `cleaned`. */
interface Cleaned {
  readonly isAnyAside: boolean;
  readonly isAnyDirty: boolean;
  /** Of facts: the days they are of. */
  readonly days: readonly bigint[];
}

async function lookAtCleaned({ workbench }: SilverRun, cleaning: Cleaning): Promise<Cleaned> {
  const day = dayOf(cleaning);
  const number =
    day === undefined ? raw("NULL") : sql`CAST(strftime(${id(day.column)}, '%Y%m%d') AS BIGINT)`;
  const rows = await workbench.engine
    .query(
      sql`SELECT CASE WHEN _reason IS NULL THEN ${number} END AS day, bool_or(_reason IS NOT NULL) AS aside, bool_or(len(_dirt) > 0) AS dirty
FROM ${id(CLEAN)} GROUP BY ALL`,
    )
    .rows();
  return {
    isAnyAside: rows.some((row) => row["aside"]),
    isAnyDirty: rows.some((row) => row["dirty"]),
    days: rows.flatMap((row) => (row["day"] === null ? [] : [row["day"] as bigint])),
  };
}

async function loadClean(
  run: SilverRun,
  cleaning: Cleaning,
  loadId: string,
  touched: readonly TouchedRow[] | undefined,
): Promise<LoadedTable> {
  const { workbench, warehouse, today, signal } = run;
  const { table } = cleaning;
  const isPartly = touched !== undefined;
  const before = touched ? await daysOfTouched(run, cleaning, touched) : [];
  const summary = await warehouse.load(table, workbench.engine.query(conformed(table.input)), {
    loadId,
    signal,
    onReject: "error",
    ...(table.kind === "fact"
      ? {
          unknownMembers: "unknown",
          ...(table.snapshot
            ? { snapshot: { date: today, version: 1 } }
            : isPartly
              ? {}
              : { deletes: "delete", maxClosedShare: 1 }),
        }
      : table.versioning === "scd2"
        ? { at: run.at, ...(isPartly ? {} : { deletes: "close" }) }
        : {}),
  });
  const deleted = touched ? await deleteGone(run, cleaning, touched) : 0;
  const cleaned = await lookAtCleaned(run, cleaning);
  await noteFindings(run, cleaning, cleaned, touched);
  const { read, inserted, updated, closed, unchanged } = summary;
  const touchedDays = [...new Set([...before, ...cleaned.days])].sort();
  return { table: table.name, read, inserted, updated, closed, unchanged, deleted, touchedDays };
}

/** The date of a fact's event, and its role. */
function dayOf({ table }: Cleaning): { readonly column: string; readonly key: string } | undefined {
  if (table.kind !== "fact") return undefined;
  const role = table.roles.find(({ dimension }) => dimension.days !== undefined)!;
  return { column: role.from[0]!, key: role.column };
}

/** The days that facts were of until now, of which the rows are read again. */
async function daysOfTouched(
  run: SilverRun,
  cleaning: Cleaning,
  touched: readonly TouchedRow[],
): Promise<bigint[]> {
  const { table } = cleaning;
  const day = dayOf(cleaning);
  if (day === undefined || table.kind !== "fact") return [];
  const found = new Set<bigint>();
  const target = id(...run.warehouse.table(table).path);
  for (const chunk of chunks(touched)) {
    const keys = keysOf(chunk.map((row) => row.id));
    const rows = await run.warehouse.engine
      .query(
        sql`SELECT DISTINCT ${id(day.key)} AS day FROM ${target} WHERE ${id(table.grain[0]!)} IN (${keys})`,
      )
      .rows();
    for (const row of rows) found.add(BigInt(row["day"] as bigint));
  }
  return [...found];
}

/** The rows that can be taken, in the types of the definition. */
function conformed(table: Table): Sql {
  const columns = table.fields.map(
    ({ name, column }) =>
      sql`CAST(${id(name)} AS ${raw(duckdbDialect.columnType(column))}) AS ${id(name)}`,
  );
  return sql`SELECT ${joinSql(columns)} FROM ${id(CLEAN)} WHERE _reason IS NULL`;
}

/** Deletes the facts of rows that are gone from the source, or cannot be taken any more. */
async function deleteGone(
  { warehouse }: SilverRun,
  { table }: Cleaning,
  touched: readonly TouchedRow[],
): Promise<number> {
  const gone = touched.filter(({ isGone }) => isGone);
  if (gone.length === 0 || table.kind !== "fact") return 0;
  const target = id(...warehouse.table(table).path);
  const key = id(table.grain[0]!);
  return warehouse.engine.transaction(async (session) => {
    let deleted = 0;
    for (const chunk of chunks(gone)) {
      const keys = keysOf(chunk.map((row) => row.id));
      deleted += await session.execute(sql`DELETE FROM ${target} WHERE ${key} IN (${keys})`);
    }
    return deleted;
  });
}

/** Replaces what was found about the rows that were read. */
async function noteFindings(
  { workbench, warehouse }: SilverRun,
  { table, source }: Cleaning,
  { isAnyAside, isAnyDirty }: Cleaned,
  touched: readonly TouchedRow[] | undefined,
): Promise<void> {
  const { engine } = workbench;
  const quarantined = sql`SELECT ${table.name} AS table_name, ${source} AS source_table, c._key AS source_key, c._reason AS reason,
  to_json(s) AS row_json FROM ${id(CLEAN)} c JOIN ${id(touched ? ASKED : source)} s ON CAST(s.id AS VARCHAR) = c._key WHERE c._reason IS NOT NULL`;
  const dirt = sql`SELECT ${table.name} AS table_name, _key AS source_key, split_part(d, ':', 1) AS column_name, split_part(d, ':', 2) AS reason
FROM (SELECT _key, unnest(_dirt) AS d FROM ${id(CLEAN)})`;
  const forget = await forgetFindings(
    warehouse.engine,
    table.name,
    touched?.map((row) => String(row.id)),
  );
  if (forget.length === 0 && !isAnyAside && !isAnyDirty) return;
  await warehouse.engine.transaction(async (session) => {
    for (const statement of forget) await session.execute(statement);
    if (isAnyAside)
      await session.load(quarantineTable.name, quarantineTable, engine.query(quarantined));
    if (isAnyDirty) await session.load(dirtTable.name, dirtTable, engine.query(dirt));
  });
}
