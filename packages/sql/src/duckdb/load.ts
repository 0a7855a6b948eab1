import {
  type JobOptions,
  progressReporter,
  type RowsOrBatches,
  type Table,
  toBatches,
  warn,
} from "@lakewright/core";
import { duckdbDialect } from "../dialects/duckdb.ts";
import type { LoadResult } from "../engine.ts";
import { grouped, rowsOfGroup } from "../shared/columns/grouped.ts";
import { id, joinSql, sql } from "../text.ts";
import type { Connection } from "./connection.ts";
import type { LoadSource } from "./load-source.ts";
import { checkTarget } from "./target.ts";

/** Rows of one INSERT, about: a row group of DuckDB, which it then writes whole. */
const INSERT_ROWS = 122_880;

/** Appends the data to the table. The caller has opened the transaction that makes it all or nothing. */
export async function load(
  connection: Connection,
  source: LoadSource,
  path: readonly string[],
  table: Table,
  data: RowsOrBatches,
  options: JobOptions,
): Promise<LoadResult> {
  const { signal } = options;
  const columns = joinSql(table.fields.map((field) => id(field.name)));
  await checkTarget(connection, path, table);
  const insert = sql`INSERT INTO ${id(...path)} (${columns}) SELECT * FROM ${id(source.functionName)}()`;
  const statement = insert.render(duckdbDialect);
  const report = progressReporter(options.onProgress, listenerFailed);
  let rows = 0;
  const shape = source.shapeOf(table);
  for await (const group of grouped(toBatches(table, data, { signal }), INSERT_ROWS)) {
    await connection.exclusive(statement.text, signal, () =>
      source.give(shape, group, () => connection.raw.run(statement.text)),
    );
    rows += rowsOfGroup(group);
    report({ phase: "load", done: rows, unit: "rows" });
  }
  report({ phase: "load", done: rows, total: rows, unit: "rows" });
  return { rows };
}

function listenerFailed(error: unknown): void {
  warn("SQL_PROGRESS_LISTENER", "A progress listener threw.", { error });
}
