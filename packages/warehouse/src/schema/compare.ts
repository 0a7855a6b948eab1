import { tableFromFields } from "@lakewright/core";
import { createTable, id, type SqlSession, sql } from "@lakewright/sql";
import { WarehouseError } from "../errors.ts";
import type { Layout } from "./layout.ts";
import type { Place } from "./place.ts";

const PROBE = "wh_probe";

/**
 * Compares a table that is there with what it should be: the engine describes both, so its own names of types meet.
 *
 * @throws WarehouseError WAREHOUSE_SCHEMA_MISMATCH listing every difference.
 */
export async function assertSameColumns(
  session: SqlSession,
  place: Place,
  layout: Layout,
): Promise<void> {
  const probe = tableFromFields(PROBE, layout.columns);
  await session.execute(createTable(session.dialect, PROBE, probe, { temporary: true }));
  const wanted = await describe(session, PROBE);
  await session.execute(sql`DROP TABLE ${id(PROBE)}`);
  const found = await describe(session, layout.name, place.schema);
  const differences = [
    ...[...wanted.keys()].filter((name) => !found.has(name)).map((name) => `"${name}" is missing`),
    ...[...found.keys()]
      .filter((name) => !wanted.has(name))
      .map((name) => `"${name}" is not in the definition`),
    ...[...wanted]
      .filter(([name, type]) => found.has(name) && found.get(name) !== type)
      .map(([name, type]) => `"${name}" is ${found.get(name)}, defined as ${type}`),
  ];
  if (differences.length > 0) throw mismatch(place, layout.name, differences);
}

/** Names of the columns of a table in the order they have, each with the engine's description of its type. */
async function describe(
  session: SqlSession,
  table: string,
  schema?: string,
): Promise<Map<string, string>> {
  const rows = await session
    .query(
      sql`SELECT column_name, data_type, numeric_precision, numeric_scale
FROM information_schema.columns
WHERE table_name = ${table} AND ${schema === undefined ? sql`TRUE` : sql`table_schema = ${schema}`}
ORDER BY ordinal_position`,
    )
    .rows();
  return new Map(
    rows.map((row) => {
      const type = String(row["data_type"]);
      const sized = /^(numeric|decimal)$/i.test(type);
      return [
        String(row["column_name"]),
        sized
          ? `${type}(${String(row["numeric_precision"])},${String(row["numeric_scale"])})`
          : type,
      ];
    }),
  );
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
      hint: "Migrate the table to the definition, or the definition to the table, or name another schema.",
      details: { table, differences },
    },
  );
}
