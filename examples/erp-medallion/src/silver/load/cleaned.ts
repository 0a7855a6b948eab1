import type { Table } from "@lakewright/core";
import { duckdbDialect, id, joinSql, raw, type Sql, type SqlEngine, sql } from "@lakewright/sql";
import type { Warehouse } from "@lakewright/warehouse";
import type { LoadedTable } from "../build.ts";
import type { Cleaning } from "../clean/cleaning.ts";
import type { Workbench } from "../workbench/workbench.ts";
import { chunks, dirtTable, forgetFindings, quarantineTable } from "./findings.ts";

export interface SilverRun {
  readonly workbench: Workbench;
  readonly warehouse: Warehouse;
  /** When what bronze has took effect, in microseconds. */
  readonly at: bigint;
  readonly today: string;
  /** False where only what changed is read. */
  readonly whole: boolean;
  readonly signal: AbortSignal | undefined;
}

const CLEAN = "cleaned";
const TOUCHED = "touched";

/**
 * Cleans the rows of a source table and loads them: all of them, or those that may come out otherwise now. What cannot
 * be taken goes to quarantine, what was mended is noted; of rows that are gone, the facts go as well.
 */
export async function loadCleaned(
  run: SilverRun,
  cleaning: Cleaning,
  loadId: string = `${cleaning.table.name}@${run.at}`,
): Promise<LoadedTable> {
  const { workbench, warehouse, today, signal } = run;
  const { table, source } = cleaning;
  const { engine } = workbench;
  const touched = run.whole ? undefined : cleaning.touched;
  await workbench.see([source, ...cleaning.with]);
  if (touched) {
    await engine.execute(
      sql`CREATE OR REPLACE TEMP TABLE ${id(TOUCHED)} AS SELECT DISTINCT id FROM (${touched}) WHERE id IS NOT NULL`,
    );
    if (!(await hasRows(engine, sql`FROM ${id(TOUCHED)}`))) return nothingOf(table.name);
  }
  const asked = touched ? raw(`SEMI JOIN ${TOUCHED} touched ON touched.id = s.id`) : raw("");
  await engine.execute(
    sql`CREATE OR REPLACE TEMP TABLE ${id(CLEAN)} AS ${cleaning.select({ today, asked })}`,
    { signal },
  );
  const before = touched ? await daysOfTouched(run, cleaning) : [];
  const summary = await warehouse.load(table, engine.query(conformed(table.input)), {
    loadId,
    signal,
    onReject: "error",
    ...(table.kind === "fact"
      ? {
          unknownMembers: "unknown",
          ...(table.snapshot
            ? { snapshot: { date: today, version: 1 } }
            : touched
              ? {}
              : { deletes: "delete", maxClosedShare: 1 }),
        }
      : table.versioning === "scd2"
        ? { at: run.at, deletes: "close" }
        : {}),
  });
  const deleted = touched ? await deleteGone(run, cleaning) : 0;
  await noteFindings(run, cleaning, touched !== undefined);
  const { read, inserted, updated, closed, unchanged } = summary;
  const touchedDays = [...new Set([...before, ...(await daysOfCleaned(run, cleaning))])].sort();
  return { table: table.name, read, inserted, updated, closed, unchanged, deleted, touchedDays };
}

async function hasRows(engine: SqlEngine, rows: Sql): Promise<boolean> {
  const { any } = await engine.query(sql`SELECT EXISTS (${rows}) AS any`).row();
  return any as boolean;
}

function nothingOf(table: string): LoadedTable {
  const none = { read: 0, inserted: 0, updated: 0, closed: 0, unchanged: 0, deleted: 0 };
  return { table, ...none, touchedDays: [] };
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
    const keys = joinSql(chunk.map((row) => sql`${row["id"]}`));
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
  const gone = await workbench.engine
    .query(
      sql`SELECT t.id FROM ${id(TOUCHED)} t ANTI JOIN (SELECT _key FROM ${id(CLEAN)} WHERE _reason IS NULL) c ON c._key = CAST(t.id AS VARCHAR)`,
    )
    .rows();
  if (gone.length === 0 || table.kind !== "fact") return 0;
  const target = id(...warehouse.table(table).path);
  const key = id(table.grain[0]!);
  return warehouse.engine.transaction(async (session) => {
    let deleted = 0;
    for (const chunk of chunks(gone)) {
      const keys = joinSql(chunk.map((row) => sql`${row["id"]}`));
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
  to_json(s) AS row_json FROM ${id(CLEAN)} c JOIN ${id(source)} s ON CAST(s.id AS VARCHAR) = c._key WHERE c._reason IS NOT NULL`;
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
