import type { Field } from "@lakewright/core";
import { id, joinSql, raw, type SqlSession, sql } from "@lakewright/sql";
import { WarehouseError } from "../../errors.ts";
import { columnTypes } from "../catalog.ts";
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

/** Compares a table that is there with what it should be: the engine describes both, so its own names of types meet. */
export async function compareColumns(
  session: SqlSession,
  writer: Writer,
  layout: Layout,
): Promise<Differences> {
  const wanted = await describeWanted(session, writer, layout);
  const found = await columnTypes(session, writer.place.schema, layout.name);
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

/** A table of the same columns, made to be described: a temporary one where the engine describes those and forgets them. */
async function describeWanted(
  session: SqlSession,
  writer: Writer,
  layout: Layout,
): Promise<Map<string, string>> {
  const { dialect, capabilities, place } = writer;
  const temporary = capabilities.transactionalDdl;
  const name = temporary ? "wh_probe" : `wh_probe_${crypto.randomUUID().replaceAll("-", "")}`;
  const path = temporary ? id(name) : place.id(name);
  const columns = layout.columns.map(
    (field) => sql`${id(field.name)} ${raw(columnType(writer, layout, field))}`,
  );
  await session.execute(
    sql`CREATE ${raw(temporary ? "TEMPORARY " : "")}TABLE ${path} (${joinSql(columns)})`,
  );
  const types = await columnTypes(session, temporary ? undefined : place.schema, name);
  await session.execute(temporary ? dialect.dropTemporaryTable(name) : sql`DROP TABLE ${path}`);
  return types;
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
