import type { SqlEngine, SqlSession } from "@lakewright/sql";
import { type Clock, systemClock } from "./clock.ts";
import type { StarTable } from "./define/star-table.ts";
import { assertClock, assertEngine, assertTables } from "./given.ts";
import { microsOf } from "./instant.ts";
import type { LoadContext } from "./load/context.ts";
import { assertKnown, assertOneOf } from "./options.ts";
import { ensureTables } from "./schema/ensure.ts";
import { type ForeignKeyMode, foreignKeysOf } from "./schema/foreign-keys.ts";
import { untilMade } from "./schema/make-tables.ts";
import { loadOrder } from "./schema/order.ts";
import { ensureSchema } from "./schema/schema.ts";
import { seedTable } from "./seed/seed.ts";
import { StarWarehouse } from "./star-warehouse.ts";
import type { Warehouse } from "./warehouse.ts";

/** Where the tables of a warehouse are, and how they are kept. */
export interface WarehouseOptions {
  /** Schema the tables are in, created where it is missing. Default: the engine's current one. */
  readonly schema?: string | undefined;
  /**
   * Foreign keys from facts to members. "auto" (default): where the engine has cascading ones, taken off and put back
   * around a large load; "enforce": always on; "off": none.
   */
  readonly fkMode?: ForeignKeyMode | undefined;
  /**
   * A table that is there and has fewer columns than its definition: "refuse" (default) leaves it and fails; "additive" adds
   * the columns where they are nullable, and fails where more would be needed. {@link planMigration} shows the statements.
   */
  readonly migrate?: "refuse" | "additive" | undefined;
  /**
   * Whether a dimension that plays several roles has a view for each: `dim_date_order` with the columns `order_key`,
   * `order_month`. Default false.
   */
  readonly roleViews?: boolean | undefined;
  /** Default: the clock of the machine. */
  readonly clock?: Clock | undefined;
}

/**
 * Opens a star schema, creating the tables that are missing. Dimensions a fact refers to belong to it unasked.
 *
 * @throws WarehouseError WAREHOUSE_SCHEMA_MISMATCH where a table is there and differs, saying how;
 * WAREHOUSE_UNSUPPORTED for `fkMode: "enforce"` on an engine without cascading foreign keys.
 */
export function openWarehouse(
  engine: SqlEngine,
  tables: Readonly<Record<string, StarTable>>,
  options: WarehouseOptions = {},
): Promise<Warehouse> {
  // Another process may have made the same tables meanwhile; what it made is then there and is compared.
  return untilMade(() => openTables(engine, tables, options));
}

/**
 * Opens a star schema once, without trying again.
 *
 * @param seeded - whether the tables get what the warehouse puts into them: members -1 and -2, days, times
 */
export async function openTables(
  engine: SqlEngine,
  tables: Readonly<Record<string, StarTable>>,
  options: WarehouseOptions,
  { seeded = true }: { readonly seeded?: boolean } = {},
): Promise<Warehouse> {
  assertKnown("openWarehouse", options, ["schema", "fkMode", "migrate", "roleViews", "clock"]);
  const { schema, fkMode, clock = systemClock } = options;
  const { migrate = "refuse", roleViews = false } = options;
  assertClock(clock);
  assertOneOf("migrate", migrate, ["refuse", "additive"]);
  assertEngine("openWarehouse", engine);
  assertTables("openWarehouse", tables);
  const { dialect, capabilities } = engine;
  const foreignKeys = foreignKeysOf(engine, fkMode);
  const ordered = loadOrder(Object.values(tables));
  const ensure = async (session: SqlSession): Promise<LoadContext> => {
    const place = await ensureSchema(session, schema);
    const context = { dialect, capabilities, place, clock, foreignKeys } as const;
    const micros = microsOf("The clock", clock.now());
    const references = foreignKeys !== "none";
    const onTable = (table: StarTable): Promise<void> =>
      seeded ? seedTable(session, context, table) : Promise.resolve();
    const how = { references, micros, migrate, roleViews, onTable };
    await ensureTables(session, context, ordered, how);
    return context;
  };
  // Where a transaction does not hold what is created, every statement leaves something that the next attempt goes on
  // from, and a lock keeps two of them apart.
  const context = await (capabilities.transactionalDdl
    ? engine.transaction(ensure)
    : engine.withLock("lakewright: open a warehouse", () => ensure(engine)));
  return new StarWarehouse(engine, context, ordered);
}
