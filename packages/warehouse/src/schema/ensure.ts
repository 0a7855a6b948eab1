import { createTable, type Sql, type SqlSession } from "@lakewright/sql";
import type { StarTable } from "../define/star-table.ts";
import { referenceNames, tableNames } from "./catalog.ts";
import { createStatements, type Writer } from "./create.ts";
import { layoutOf } from "./layout.ts";
import { describeTables, mismatch } from "./migration/compare.ts";
import { readDefinitions, writeDefinition } from "./migration/definitions.ts";
import { migrationOf, type TableMigration } from "./migration/migrate.ts";
import { refer, referenceName } from "./references.ts";
import { systemTables } from "./system-tables.ts";
import { dropView, viewsOf } from "./views.ts";

export interface EnsureOptions {
  /** Whether tables have foreign keys. */
  readonly references: boolean;
  /** Now, in microseconds. */
  readonly micros: bigint;
  /** "additive" adds nullable columns that are missing; "refuse" changes no table that is there. */
  readonly migrate: "refuse" | "additive";
  /** Whether roles of one dimension have views of their own. */
  readonly roleViews: boolean;
  /** What is done with a table that is there now, before those that refer to it: their keys may name its rows. */
  readonly onTable: (table: StarTable) => Promise<void>;
}

/** Creates what is missing and compares what is there, in the order the tables refer to each other. */
export async function ensureTables(
  session: SqlSession,
  writer: Writer,
  tables: readonly StarTable[],
  options: EnsureOptions,
): Promise<void> {
  const { place } = writer;
  const existing = await tableNames(session, place);
  for (const [table, primaryKey] of systemTables) {
    if (existing.has(table.name)) continue;
    const path = place.path(table.name);
    await session.execute(createTable(writer.dialect, path, table, { primaryKey }));
  }
  const views = viewsOf(place, tables, options.roleViews);
  const definitions = await readDefinitions(session, place);
  const described = await describeTables(
    session,
    writer,
    tables.filter(({ name }) => existing.has(name)).map((table) => layoutOf(table)),
  );
  for (const table of tables) {
    const there = described.get(table.name);
    if (there) {
      const migration = migrationOf(writer, table, definitions.get(table.name), there);
      if (await migrate(session, writer, table, migration, options)) {
        for (const view of views.filter((shown) => shown.table === table.name)) {
          // Made again with the new columns: `f.*` means those that were there.
          if (!existing.delete(view.name)) continue;
          await session.execute(dropView(place, view));
        }
      }
      if (options.references) {
        for (const key of await missingReferences(session, writer, table)) {
          await session.execute(key);
        }
      }
    } else {
      await writeDefinition(session, place, table, options.micros);
      for (const statement of createStatements(writer, layoutOf(table), options.references)) {
        await session.execute(statement);
      }
    }
    await options.onTable(table);
  }
  for (const view of views) if (!existing.has(view.name)) await session.execute(view.sql);
}

/** Brings a table that is there to its definition, where that is allowed; says whether it did anything. */
async function migrate(
  session: SqlSession,
  writer: Writer,
  table: StarTable,
  { add, refused, differences }: TableMigration,
  options: EnsureOptions,
): Promise<boolean> {
  if (differences.length === 0) return false;
  if (options.migrate === "refuse" || refused.length > 0) {
    throw mismatch(writer.place, table.name, options.migrate === "refuse" ? differences : refused);
  }
  for (const statement of add) await session.execute(statement);
  return true;
}

/** The foreign keys a table was made without, as statements. */
export async function missingReferences(
  session: SqlSession,
  writer: Writer,
  table: StarTable,
): Promise<Sql[]> {
  const { references } = layoutOf(table);
  if (references.length === 0) return [];
  const present = await referenceNames(session, writer.place, table.name);
  return references
    .filter((reference) => !present.has(referenceName(table.name, reference)))
    .flatMap((reference) => refer(writer, table.name, reference));
}
