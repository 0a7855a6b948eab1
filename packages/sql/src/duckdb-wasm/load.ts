import {
  type JobOptions,
  progressReporter,
  type RowsOrBatches,
  type Table,
  toBatches,
  warn,
} from "@lakewright/core";
import { duckdbDialect } from "../dialects/duckdb.ts";
import { checkTarget } from "../duckdb/target.ts";
import type { LoadResult } from "../engine.ts";
import { grouped, rowsOfGroup } from "../shared/columns/grouped.ts";
import { id, joinSql, sql } from "../text.ts";
import type { Connection } from "./connection.ts";
import { streamBytes } from "./ipc.ts";

/** Rows of one INSERT, about: they are in the memory of both sides for its time. */
const INSERT_ROWS = 65_536;

let loads = 0;

/**
 * Appends the data to the table: Arrow batches become a table of their own, which an INSERT … SELECT reads and which is
 * dropped. The caller has opened the transaction that makes it all or nothing.
 */
export async function load(
  connection: Connection,
  path: readonly string[],
  table: Table,
  data: RowsOrBatches,
  options: JobOptions,
): Promise<LoadResult> {
  const { signal } = options;
  await checkTarget(connection, path, table);
  const columns = joinSql(table.fields.map((field) => id(field.name)));
  const name = `lakewright_load_${++loads}`;
  const insert = sql`INSERT INTO ${id(...path)} (${columns}) SELECT ${columns} FROM ${id(name)}`;
  const drop = sql`DROP TABLE ${id(name)}`;
  const report = progressReporter(options.onProgress, listenerFailed);
  let rows = 0;
  for await (const group of grouped(toBatches(table, data, { signal }), INSERT_ROWS)) {
    await connection.insert(name, streamBytes(group), true);
    await connection.execute(insert.render(duckdbDialect), signal);
    await connection.execute(drop.render(duckdbDialect));
    rows += rowsOfGroup(group);
    report({ phase: "load", done: rows, unit: "rows" });
  }
  report({ phase: "load", done: rows, total: rows, unit: "rows" });
  return { rows };
}

function listenerFailed(error: unknown): void {
  warn("SQL_PROGRESS_LISTENER", "A progress listener threw.", { error });
}
