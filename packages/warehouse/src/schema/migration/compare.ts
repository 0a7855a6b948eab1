import type { Field } from "@lakewright/core";
import { id, joinSql, raw, type SqlSession, sql } from "@lakewright/sql";
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

/**
 * The types of the columns as the engine describes them: of one table with a column of each, made to be described, a
 * temporary one where the engine describes those and forgets them.
 */
async function describeWanted(
  session: SqlSession,
  writer: Writer,
  layouts: readonly Layout[],
): Promise<ReadonlyMap<string, ColumnTypes>> {
  const typesOf = (layout: Layout): (readonly [name: string, type: string])[] =>
    layout.columns.map((field) => [field.name, columnType(writer, layout, field)]);
  const distinct = [
    ...new Set(layouts.flatMap((layout) => typesOf(layout).map(([, type]) => type))),
  ];
  const described = await describeTypes(session, writer, distinct);
  return new Map(
    layouts.map((layout) => [
      layout.name,
      new Map(typesOf(layout).map(([name, type]) => [name, described.get(type)!])),
    ]),
  );
}

async function describeTypes(
  session: SqlSession,
  { dialect, capabilities, place }: Writer,
  types: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (types.length === 0) return new Map();
  const temporary = capabilities.transactionalDdl;
  const name = `wh_probe_${crypto.randomUUID().replaceAll("-", "")}`;
  const path = temporary ? id(name) : place.id(name);
  const columns = types.map((type, k) => sql`${id(`type_${k}`)} ${raw(type)}`);
  await session.execute(
    sql`CREATE ${raw(temporary ? "TEMPORARY " : "")}TABLE ${path} (${joinSql(columns)})`,
  );
  const schema = temporary ? undefined : place.schema;
  const found = (await columnTypes(session, schema, [name])).get(name)!;
  await session.execute(temporary ? dialect.dropTemporaryTable(name) : sql`DROP TABLE ${path}`);
  return new Map(types.map((type, k) => [type, found.get(`type_${k}`)!]));
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
