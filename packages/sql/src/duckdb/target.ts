import { fromArrowSchema, type Table } from "@lakewright/core";
import { duckdbDialect } from "../dialects/duckdb.ts";
import { assertStorable } from "../shared/columns/storable.ts";
import { id, joinSql, raw, sql } from "../text.ts";
import type { SeatConnection } from "./seat.ts";

/** @throws SqlError SQL_LOAD_FAILED where columns of the target would change values. */
export async function checkTarget(
  connection: SeatConnection,
  path: readonly string[],
  table: Table,
): Promise<void> {
  const columns = joinSql(table.fields.map((field) => id(field.name)));
  const probe = sql`SELECT ${columns} FROM ${id(...path)} ${raw("LIMIT 0")}`.render(duckdbDialect);
  for await (const batch of connection.stream(probe)) {
    assertStorable(path, table, fromArrowSchema(path.at(-1)!, batch.schema));
  }
}
