import { id, joinSql, raw, type SqlSession, sql } from "@lakewright/sql";
import type { Clock } from "../clock.ts";
import { namesOf } from "../define/names.ts";
import type { Fact } from "../define/fact.ts";
import type { StarTable } from "../define/star-table.ts";
import { microsOf } from "../instant.ts";
import type { Place } from "../schema/place.ts";
import { loadsTable, snapshotsTable, tablesTable } from "../schema/system-tables.ts";
import { columnList } from "../sql-text.ts";
import { bindDay, bindMicros } from "../values.ts";
import type { LoadMode, LoadSummary } from "./options.ts";

export const REMOVAL_MODES = ["delete", "retention"] as const;

/** What takes rows away without a load. */
export type RemovalMode = (typeof REMOVAL_MODES)[number];

/** A load as the ledger knows it. */
export interface LoadEntry {
  readonly table: string;
  readonly loadId: string;
  readonly mode: LoadMode | "rewind" | RemovalMode;
  /** When its changes take effect. */
  readonly effectiveMicros: bigint;
  readonly loadedMicros: bigint;
}

/**
 * Waits for other loads of the tables. All at once and in one order, so that no two loads wait for each other; a
 * database with one writer at a time needs no lock.
 */
export async function lockTables(
  session: SqlSession,
  place: Place,
  tables: readonly StarTable[],
): Promise<void> {
  if (!session.capabilities.concurrentWriters) return;
  const names = new Set(tables.flatMap(touched));
  const list = joinSql([...names].map((name) => sql`${name}`));
  await session
    .query(
      sql`SELECT table_name FROM ${place.id(tablesTable.name)} WHERE table_name IN (${list}) ORDER BY table_name FOR UPDATE`,
    )
    .rows();
}

/** The tables a load of the table may write to. */
function touched(table: StarTable): string[] {
  const roles = table.kind === "fact" ? table.roles : table.outriggers;
  return [table.name, ...roles.map((role) => role.dimension.name)];
}

/** Whether a load of that name is there. */
export async function isLoaded(
  session: SqlSession,
  place: Place,
  table: string,
  loadId: string,
): Promise<boolean> {
  const rows = await session
    .query(
      sql`SELECT 1 AS one FROM ${place.id(loadsTable.name)} WHERE table_name = ${table} AND load_id = ${loadId}`,
    )
    .rows();
  return rows.length > 0;
}

/** When the newest load of a table took effect; undefined where none has. What was taken away since has no moment of its own. */
export async function newestChange(
  session: SqlSession,
  place: Place,
  table: string,
): Promise<bigint | undefined> {
  const removals = joinSql(REMOVAL_MODES.map((mode) => sql`${mode}`));
  const { newest } = await session
    .query(
      sql`SELECT max(effective_at) AS newest FROM ${place.id(loadsTable.name)} WHERE table_name = ${table} AND load_mode NOT IN (${removals})`,
    )
    .row();
  return (newest as bigint | null) ?? undefined;
}

/** Writes a load into the ledger. Its primary key makes a second load of the name impossible. */
export async function writeEntry(
  session: SqlSession,
  place: Place,
  entry: LoadEntry,
  summary: LoadSummary,
): Promise<void> {
  const counts = [
    summary.read,
    summary.inserted,
    summary.updated,
    summary.reopened,
    summary.closed,
    summary.unchanged,
    summary.rejected,
  ];
  await session.execute(
    sql`INSERT INTO ${place.id(loadsTable.name)} (${columnList(namesOf(loadsTable))})
VALUES (${entry.table}, ${entry.loadId}, ${entry.mode}, ${bindMicros(entry.effectiveMicros)}, ${bindMicros(entry.loadedMicros)}, ${raw(counts.join(", "))})`,
  );
}

/** Rows of a table that went, or that no longer refer to what went. */
export interface Removal {
  readonly table: string;
  readonly mode: RemovalMode;
  readonly updated: number;
  readonly closed: number;
  /** Under which it counts once: it is written then also where nothing went. Default a name of its own. */
  readonly loadId?: string | undefined;
}

/**
 * Writes into the ledger that rows went, where any did: answers of before are out of date, and the ledger says so to every
 * process. It takes effect with the newest load, so that no load that may follow is before it; where there was none, as of
 * rows that came past the warehouse, at once.
 */
export async function writeRemoval(
  session: SqlSession,
  place: Place,
  clock: Clock,
  { table, mode, updated, closed, loadId: given }: Removal,
): Promise<void> {
  if (updated + closed === 0 && given === undefined) return;
  const loadId = given ?? `${mode} ${crypto.randomUUID()}`;
  const loadedMicros = microsOf("The clock", clock.now());
  const newest = (await newestChange(session, place, table)) ?? loadedMicros;
  const counts = { read: 0, inserted: 0, updated, reopened: 0, closed, unchanged: 0, rejected: 0 };
  const entry = { table, loadId, mode, effectiveMicros: newest, loadedMicros } as const;
  await writeEntry(session, place, entry, { loadId, applied: true, ...counts });
}

/** Registers a version of a day of a snapshot fact, in place of what was registered. */
export async function writeSnapshot(
  session: SqlSession,
  place: Place,
  entry: LoadEntry,
  snapshot: { readonly date: string; readonly version: number },
  rows: number,
): Promise<void> {
  const table = place.id(snapshotsTable.name);
  const day = bindDay(snapshot.date);
  const version = raw(String(snapshot.version));
  await session.execute(
    sql`DELETE FROM ${table} WHERE table_name = ${entry.table} AND ${id("snapshot_date")} = ${day} AND snapshot_version = ${version}`,
  );
  await session.execute(
    sql`INSERT INTO ${table} (${columnList(namesOf(snapshotsTable))})
VALUES (${entry.table}, ${day}, ${version}, ${entry.loadId}, ${raw(String(rows))}, ${bindMicros(entry.loadedMicros)})`,
  );
}

/** Counts the rows of the versions of a snapshot fact again, of which some went; a version that has lost all is none any more. */
export async function recountSnapshots(
  session: SqlSession,
  place: Place,
  { name, snapshot }: Fact,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (snapshot === undefined) return;
  const { date, version } = snapshot;
  const registered = place.id(snapshotsTable.name);
  const rows = sql`FROM ${place.id(name)} f WHERE ${id("f", date)} = ${id(snapshotsTable.name, "snapshot_date")} AND ${id("f", version)} = ${id(snapshotsTable.name, "snapshot_version")}`;
  await session.execute(
    sql`DELETE FROM ${registered} WHERE table_name = ${name} AND row_count > 0 AND NOT EXISTS (SELECT 1 ${rows})`,
    { signal },
  );
  await session.execute(
    sql`UPDATE ${registered} SET row_count = (SELECT count(*) ${rows}) WHERE table_name = ${name}`,
    { signal },
  );
}
