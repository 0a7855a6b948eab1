import type { Table } from "@lakewright/core";
import { duckdbDialect, id, joinSql, raw, type Sql, type SqlEngine, sql } from "@lakewright/sql";
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
  // Versions of members that are gone end by a load of all members.
  const ends = table.kind === "dimension" && table.versioning === "scd2";
  const isPartly = asked === "touched" && !(ends && (await isAnyGone(run)));
  if (asked === "touched" && !isPartly) await clean(run, cleaning, "everything");
  return await loadClean(run, cleaning, loadId, isPartly);
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

/** Whether any of the touched rows is not in the source any more, or cannot be taken. */
function isAnyGone({ workbench }: SilverRun): Promise<boolean> {
  return hasRows(workbench.engine, goneRows);
}

const goneRows = sql`SELECT t.id FROM ${id(TOUCHED)} t ANTI JOIN (SELECT _key FROM ${id(CLEAN)} WHERE _reason IS NULL) c ON c._key = CAST(t.id AS VARCHAR)`;

async function loadClean(
  run: SilverRun,
  cleaning: Cleaning,
  loadId: string,
  isPartly: boolean,
): Promise<LoadedTable> {
  const { workbench, warehouse, today, signal } = run;
  const { table } = cleaning;
  const before = isPartly ? await daysOfTouched(run, cleaning) : [];
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
  const deleted = isPartly ? await deleteGone(run, cleaning) : 0;
  await noteFindings(run, cleaning, isPartly);
  const { read, inserted, updated, closed, unchanged } = summary;
  const touchedDays = [...new Set([...before, ...(await daysOfCleaned(run, cleaning))])].sort();
  return { table: table.name, read, inserted, updated, closed, unchanged, deleted, touchedDays };
}

async function hasRows(engine: SqlEngine, rows: Sql): Promise<boolean> {
  const { any } = await engine.query(sql`SELECT EXISTS (${rows}) AS any`).row();
  return any as boolean;
}

/** The date of a fact's event, and its role. */
function dayOf({ table }: Cleaning): { readonly column: string; readonly key: string } | undefined {
  if (table.kind !== "fact") return undefined;
  const role = table.roles.find(({ dimension }) => dimension.days !== undefined)!;
  return { column: role.from[0]!, key: role.column };
}

/** The days that the rows that are read are of. */
async function daysOfCleaned({ workbench }: SilverRun, cleaning: Cleaning): Promise<bigint[]> {
  const day = dayOf(cleaning);
  if (day === undefined) return [];
  const rows = await workbench.engine
    .query(
      sql`SELECT DISTINCT CAST(strftime(${id(day.column)}, '%Y%m%d') AS BIGINT) AS day FROM ${id(CLEAN)} WHERE _reason IS NULL`,
    )
    .rows();
  return rows.map((row) => row["day"] as bigint);
}

/** The days that facts were of until now, of which the rows are read again. */
async function daysOfTouched(run: SilverRun, cleaning: Cleaning): Promise<bigint[]> {
  const { table } = cleaning;
  const day = dayOf(cleaning);
  if (day === undefined || table.kind !== "fact") return [];
  const touched = await run.workbench.engine.query(sql`SELECT id FROM ${id(TOUCHED)}`).rows();
  const found = new Set<bigint>();
  const target = id(...run.warehouse.table(table).path);
  for (const chunk of chunks(touched)) {
    const keys = keysOf(chunk.map((row) => row["id"]));
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
  { workbench, warehouse }: SilverRun,
  { table }: Cleaning,
): Promise<number> {
  const gone = await workbench.engine.query(goneRows).rows();
  if (gone.length === 0 || table.kind !== "fact") return 0;
  const target = id(...warehouse.table(table).path);
  const key = id(table.grain[0]!);
  return warehouse.engine.transaction(async (session) => {
    let deleted = 0;
    for (const chunk of chunks(gone)) {
      const keys = keysOf(chunk.map((row) => row["id"]));
      deleted += await session.execute(sql`DELETE FROM ${target} WHERE ${key} IN (${keys})`);
    }
    return deleted;
  });
}

/** Replaces what was found about the rows that were read. */
async function noteFindings(
  { workbench, warehouse }: SilverRun,
  { table, source }: Cleaning,
  partly: boolean,
): Promise<void> {
  const { engine } = workbench;
  const touched = partly
    ? (await engine.query(sql`SELECT CAST(id AS VARCHAR) AS key FROM ${id(TOUCHED)}`).rows()).map(
        (row) => row["key"] as string,
      )
    : undefined;
  const quarantined = sql`SELECT ${table.name} AS table_name, ${source} AS source_table, c._key AS source_key, c._reason AS reason,
  to_json(s) AS row_json FROM ${id(CLEAN)} c JOIN ${id(partly ? ASKED : source)} s ON CAST(s.id AS VARCHAR) = c._key WHERE c._reason IS NOT NULL`;
  const dirt = sql`SELECT ${table.name} AS table_name, _key AS source_key, split_part(d, ':', 1) AS column_name, split_part(d, ':', 2) AS reason
FROM (SELECT _key, unnest(_dirt) AS d FROM ${id(CLEAN)})`;
  const isAside = await hasRows(engine, sql`FROM ${id(CLEAN)} WHERE _reason IS NOT NULL`);
  const isDirty = await hasRows(engine, sql`FROM ${id(CLEAN)} WHERE len(_dirt) > 0`);
  await warehouse.engine.transaction(async (session) => {
    await forgetFindings(session, table.name, touched);
    if (isAside)
      await session.load(quarantineTable.name, quarantineTable, engine.query(quarantined));
    if (isDirty) await session.load(dirtTable.name, dirtTable, engine.query(dirt));
  });
}
