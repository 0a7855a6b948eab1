import { createTable, type Sql, type SqlEngine, type SqlSession } from "@lakewright/sql";
import type { StarTable } from "../../define/star-table.ts";
import { assertEngine, assertTables } from "../../given.ts";
import type { WarehouseOptions } from "../../open.ts";
import { assertKnown } from "../../options.ts";
import { tableNames } from "../catalog.ts";
import { createStatements, type Writer } from "../create.ts";
import { missingReferences } from "../ensure.ts";
import { foreignKeysOf } from "../foreign-keys.ts";
import { layoutOf } from "../layout.ts";
import { loadOrder } from "../order.ts";
import { findPlace } from "../schema.ts";
import { systemTables, tablesTable } from "../system-tables.ts";
import { dropView, viewsOf } from "../views.ts";
import { describeTables } from "./compare.ts";
import { readDefinitions } from "./definitions.ts";
import { migrationOf } from "./migrate.ts";

/** What `openWarehouse` with `migrate: "additive"` would change, and what it would refuse. */
export interface MigrationPlan {
  /** Each with the table or view it is about. Rows of calendars and clocks are not among them, nor the schema. */
  readonly statements: readonly { readonly table: string; readonly sql: string }[];
  /** Differences that no added column settles. Where there is any, opening fails and changes nothing of that table. */
  readonly refused: readonly { readonly table: string; readonly difference: string }[];
  /** As one script, what is refused as comments. */
  toString(): string;
}

/** What the warehouse would be opened with. */
export type PlanMigrationOptions = Pick<WarehouseOptions, "schema" | "fkMode" | "roleViews">;

/**
 * Compares the tables of a warehouse with their definitions and says what opening it would do. Nothing is changed; an
 * engine that does not describe temporary tables has a table made and dropped for it.
 *
 * @throws WarehouseError WAREHOUSE_INVALID_DEFINITION where two definitions have one name.
 */
export async function planMigration(
  engine: SqlEngine,
  tables: Readonly<Record<string, StarTable>>,
  options: PlanMigrationOptions = {},
): Promise<MigrationPlan> {
  assertKnown("planMigration", options, ["schema", "fkMode", "roleViews"]);
  assertEngine("planMigration", engine);
  assertTables("planMigration", tables);
  const ordered = loadOrder(Object.values(tables));
  const plan = (session: SqlSession): Promise<MigrationPlan> =>
    planTables(session, ordered, options);
  // What is made to be described must be read where it was made: no read replica answers inside a lock.
  return engine.capabilities.transactionalDdl
    ? engine.transaction(plan)
    : engine.withLock("lakewright: plan a migration", () => plan(engine));
}

async function planTables(
  session: SqlSession,
  tables: readonly StarTable[],
  { schema, fkMode, roleViews = false }: PlanMigrationOptions,
): Promise<MigrationPlan> {
  const { dialect, capabilities } = session;
  const references = foreignKeysOf(session, fkMode) !== "none";
  const place = await findPlace(session, schema);
  const writer: Writer = { dialect, capabilities, place };
  const existing = await tableNames(session, place);
  const definitions = existing.has(tablesTable.name)
    ? await readDefinitions(session, place)
    : new Map<string, string>();
  const described = await describeTables(
    session,
    writer,
    tables.filter(({ name }) => existing.has(name)).map((table) => layoutOf(table)),
  );
  const statements: { table: string; sql: string }[] = [];
  const refused: { table: string; difference: string }[] = [];
  const planned = (table: string, needed: readonly Sql[]): void => {
    statements.push(...needed.map((one) => ({ table, sql: one.render(dialect).text })));
  };
  for (const [table, primaryKey] of systemTables) {
    if (existing.has(table.name)) continue;
    planned(table.name, [createTable(dialect, place.path(table.name), table, { primaryKey })]);
  }
  const changed = new Set<string>();
  for (const table of tables) {
    const { name } = table;
    if (!existing.has(name)) {
      planned(name, createStatements(writer, layoutOf(table), references));
      continue;
    }
    const found = migrationOf(writer, table, definitions.get(name), described.get(name)!);
    if (found.add.length > 0) changed.add(name);
    planned(name, found.add);
    if (references) planned(name, await missingReferences(session, writer, table));
    refused.push(...found.refused.map((difference) => ({ table: name, difference })));
  }
  for (const view of viewsOf(place, tables, roleViews)) {
    if (!existing.has(view.name)) planned(view.name, [view.sql]);
    else if (changed.has(view.table)) planned(view.name, [dropView(place, view), view.sql]);
  }
  return {
    statements,
    refused,
    toString: () =>
      [
        ...refused.map(({ table, difference }) => `-- refused: ${table}: ${difference}`),
        ...statements.map((statement) => `${statement.sql};`),
      ].join("\n"),
  };
}
