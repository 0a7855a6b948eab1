import type { SqlEngine, SqlSession } from "@lakewright/sql";
import { assertEngine, assertTables } from "../../given.ts";
import { assertKnown } from "../../options.ts";
import type { StarTable } from "../../warehouse.ts";
import { tableNames } from "../catalog.ts";
import { createStatements, type Writer } from "../create.ts";
import { readDefinitions } from "./definitions.ts";
import { layoutOf } from "../layout.ts";
import { describeTables } from "./compare.ts";
import { migrationOf } from "./migrate.ts";
import { loadOrder } from "../order.ts";
import { findPlace } from "../schema.ts";
import { tablesTable } from "../system-tables.ts";

/** What `openWarehouse` with `migrate: "additive"` would change, and what it would refuse. */
export interface MigrationPlan {
  readonly statements: readonly { readonly table: string; readonly sql: string }[];
  /** Differences that no added column settles. Where there is any, opening fails and changes nothing of that table. */
  readonly refused: readonly { readonly table: string; readonly difference: string }[];
  /** As one script, what is refused as comments. */
  toString(): string;
}

/**
 * Compares the tables of a warehouse with their definitions and says what a migration would do. Nothing is changed; an
 * engine that does not describe temporary tables has a table made and dropped for it.
 *
 * @throws WarehouseError WAREHOUSE_INVALID_DEFINITION where two definitions have one name.
 */
export async function planMigration(
  engine: SqlEngine,
  tables: Readonly<Record<string, StarTable>>,
  options: { readonly schema?: string | undefined } = {},
): Promise<MigrationPlan> {
  assertKnown("planMigration", options, ["schema"]);
  assertEngine("planMigration", engine);
  assertTables("planMigration", tables);
  const ordered = loadOrder(Object.values(tables));
  const plan = (session: SqlSession): Promise<MigrationPlan> =>
    planTables(session, ordered, options.schema);
  return engine.capabilities.transactionalDdl ? engine.transaction(plan) : plan(engine);
}

async function planTables(
  session: SqlSession,
  tables: readonly StarTable[],
  schema: string | undefined,
): Promise<MigrationPlan> {
  const { dialect, capabilities } = session;
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
  for (const table of tables) {
    const { name } = table;
    const found = existing.has(name)
      ? migrationOf(writer, table, definitions.get(name), described.get(name)!)
      : undefined;
    const needed =
      found?.add ?? createStatements(writer, layoutOf(table), capabilities.cascadingForeignKeys);
    statements.push(
      ...needed.map((statement) => ({ table: name, sql: statement.render(dialect).text })),
    );
    refused.push(...(found?.refused ?? []).map((difference) => ({ table: name, difference })));
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
