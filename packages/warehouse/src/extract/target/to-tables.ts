import { selectColumns, type Table, tableFromFields } from "@lakewright/core";
import { createTable, id, raw, type SqlEngine, type SqlSession, sql } from "@lakewright/sql";
import type { RecordBatch } from "apache-arrow";
import { namesOf } from "../../define/names.ts";
import { assertEngine } from "../../given.ts";
import { assertKnown, invalid } from "../../options.ts";
import { makeTables } from "../../schema/make-tables.ts";
import type { Place } from "../../schema/place.ts";
import { ensureSchema } from "../../schema/schema.ts";
import { columnList, equal } from "../../sql-text.ts";
import type { TableSource } from "../introspect/source-table.ts";
import { DELETED } from "../read/rows/columns.ts";
import type { ExtractTarget } from "./target.ts";

/** Where the copies are, and what they are called. */
export interface ToTablesOptions {
  /** Schema the copies are in, created where it is missing. Default: the engine's current one. */
  readonly schema?: string | undefined;
  /** What a table is called there. Default: its name in the source. */
  readonly tableName?: ((source: TableSource) => string) | undefined;
}

/**
 * Copies of the source's tables in another database: changes are merged by key (without one, appended), snapshots replace. The state is kept in the same transaction where it is in that database. Tables are made where they are missing,
 * and columns they lack are added.
 */
export function toTables(engine: SqlEngine, options: ToTablesOptions = {}): ExtractTarget {
  assertEngine("toTables", engine);
  assertKnown("toTables", options, ["schema", "tableName"]);
  const tableName = options.tableName ?? ((source: TableSource) => source.table.name);
  let place: Promise<Place> | undefined;
  // Some databases take names that differ by case for one.
  const sources = new Map<string, string>();
  const nameOf = (source: TableSource): string => {
    const name = tableName(source);
    const path = source.path.join(".");
    const other = sources.get(name.toLowerCase()) ?? path;
    sources.set(name.toLowerCase(), other);
    if (other === path) return name;
    throw invalid(
      `The copy of "${path}" would be "${name}", which is the copy of "${other}".`,
      'Give toTables({ tableName }), such as ({ path }) => path.join("_").',
    );
  };
  return {
    engine,
    async write(source, batches, { table, mode, key, commit, signal }) {
      const name = nameOf(source);
      place ??= makeTables(engine, (session) => ensureSchema(session, options.schema));
      const path = (await place).path(name);
      const copy = { path, table: columnsOf(table), key };
      const staged = { ...copy, table, path: [`_wh_stage_${path[path.length - 1]!}`.slice(0, 60)] };
      // Where CREATE TABLE ends a transaction, it comes before one.
      if (!engine.capabilities.transactionalDdl) await ensureCopy(engine, copy);
      await engine.transaction(
        async (session) => {
          if (engine.capabilities.transactionalDdl) await ensureCopy(session, copy);
          if (mode === "snapshot") await replace(session, copy, batches, signal);
          else if (key.length === 0) await session.load(path, copy.table, batches, { signal });
          else await merge(session, copy, staged, batches, signal);
          await commit(session);
        },
        { signal },
      );
    },
  };
}

interface Copy {
  readonly path: readonly string[];
  readonly table: Table;
  readonly key: readonly string[];
}

/** The columns a copy keeps: without the mark of deletions, all but the key nullable, as they are while rows are merged. */
function columnsOf(table: Table): Table {
  const names = namesOf(table).filter((name) => name !== DELETED);
  return selectColumns(table, names);
}

async function ensureCopy(session: SqlSession, { path, table, key }: Copy): Promise<void> {
  const { dialect } = session;
  const nullable = tableFromFields(
    table.name,
    table.fields.map(({ name, column }) => ({
      name,
      column: key.includes(name) ? column : { ...column, nullable: true },
    })),
  );
  const options = { primaryKey: key, ifNotExists: true };
  await session.execute(createTable(dialect, path, nullable, options));
  const [batch] = await session.query(sql`SELECT * FROM ${id(...path)} WHERE 1 = 0`).batches();
  const there = new Set(batch && namesOf(batch.schema));
  for (const { name, column } of table.fields) {
    if (there.has(name)) continue;
    const type = raw(dialect.columnType(column));
    await session.execute(sql`ALTER TABLE ${id(...path)} ADD COLUMN ${id(name)} ${type}`);
  }
}

async function replace(
  session: SqlSession,
  { path, table }: Copy,
  batches: AsyncIterable<RecordBatch>,
  signal: AbortSignal | undefined,
): Promise<void> {
  await session.execute(sql`DELETE FROM ${id(...path)}`);
  await session.load(path, table, batches, { signal });
}

async function merge(
  session: SqlSession,
  { path, table, key }: Copy,
  staged: Copy,
  batches: AsyncIterable<RecordBatch>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const stage = id(...staged.path);
  const copy = id(...path);
  await session.execute(session.dialect.dropTemporaryTable(staged.path[0]!));
  await session.execute(
    createTable(session.dialect, staged.path, staged.table, { temporary: true }),
  );
  await session.load(staged.path, staged.table, batches, { signal });
  await session.execute(
    session.dialect.deleteUsing({
      target: copy,
      alias: "t",
      from: sql`${stage} AS ${id("s")}`,
      where: equal("t", "s", key),
    }),
  );
  const names = columnList(namesOf(table));
  const living = Object.hasOwn(staged.table.columns, DELETED)
    ? sql` WHERE NOT ${id(DELETED)}`
    : sql``;
  await session.execute(sql`INSERT INTO ${copy} (${names}) SELECT ${names} FROM ${stage}${living}`);
  await session.execute(session.dialect.dropTemporaryTable(staged.path[0]!));
}
