import type { Field } from "@lakewright/core";
import { id, joinSql, raw, type Sql, type SqlSession, sql } from "@lakewright/sql";
import { WarehouseError } from "../../errors.ts";
import { type ColumnTypes, columnTypes } from "../catalog.ts";
import { columnType, guardColumns, type Writer } from "../create.ts";
import type { Layout } from "../layout.ts";
import type { Place } from "../place.ts";

/** What a table that is there and its definition differ in. */
export interface Differences {
  /** Columns the table does not have. */
  readonly missing: readonly Field[];
  /** Everything else, in words. */
  readonly others: readonly string[];
}

/** What a table should have, and has: the engine describes both, so its own names of types meet. */
export interface Described {
  readonly wanted: ColumnTypes;
  readonly found: ColumnTypes;
}

/** Describes tables that are there, and what they should be, by name. */
export async function describeTables(
  session: SqlSession,
  writer: Writer,
  layouts: readonly Layout[],
): Promise<ReadonlyMap<string, Described>> {
  const names = layouts.map(({ name }) => name);
  const wanted = await describeWanted(session, writer, layouts);
  const found = await columnTypes(session, writer.place.schema, names);
  return new Map(
    names.map((name) => [name, { wanted: wanted.get(name)!, found: found.get(name)! }]),
  );
}

/** Compares a table that is there with what it should be. */
export function compareColumns(layout: Layout, { wanted, found }: Described): Differences {
  const surplus = [...found.keys()].filter((name) => !wanted.has(name) && !guardColumns.has(name));
  const changed = [...wanted].filter(([name, type]) => found.has(name) && found.get(name) !== type);
  return {
    missing: layout.columns.filter(({ name }) => !found.has(name)),
    others: [
      ...surplus.map((name) => `"${name}" is not in the definition`),
      ...changed.map(([name, type]) => `"${name}" is ${found.get(name)}, defined as ${type}`),
    ],
  };
}

/** Tables of the same columns, made to be described: temporary ones where the engine describes those and forgets them. */
async function describeWanted(
  session: SqlSession,
  writer: Writer,
  layouts: readonly Layout[],
): Promise<ReadonlyMap<string, ColumnTypes>> {
  const { dialect, capabilities, place } = writer;
  const temporary = capabilities.transactionalDdl;
  const probes = layouts.map((layout) => ({
    layout,
    name: `wh_probe_${crypto.randomUUID().replaceAll("-", "")}`,
  }));
  const pathOf = (name: string): Sql => (temporary ? id(name) : place.id(name));
  for (const { layout, name } of probes) {
    const columns = layout.columns.map(
      (field) => sql`${id(field.name)} ${raw(columnType(writer, layout, field))}`,
    );
    await session.execute(
      sql`CREATE ${raw(temporary ? "TEMPORARY " : "")}TABLE ${pathOf(name)} (${joinSql(columns)})`,
    );
  }
  const types = await columnTypes(
    session,
    temporary ? undefined : place.schema,
    probes.map(({ name }) => name),
  );
  for (const { name } of probes) {
    await session.execute(
      temporary ? dialect.dropTemporaryTable(name) : sql`DROP TABLE ${pathOf(name)}`,
    );
  }
  return new Map(probes.map(({ layout, name }) => [layout.name, types.get(name)!]));
}

export function mismatch(
  place: Place,
  table: string,
  differences: readonly string[],
): WarehouseError {
  return new WarehouseError(
    "WAREHOUSE_SCHEMA_MISMATCH",
    `Table ${place.schema}.${table} is not as defined: ${differences.join("; ")}.`,
    {
      hint: 'Migrate the table to the definition, or the definition to the table, or name another schema. migrate: "additive" adds nullable columns, nothing else.',
      details: { table, differences },
    },
  );
}
