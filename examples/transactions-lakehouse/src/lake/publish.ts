import { conformBatch, type RowsOrBatches, type Table } from "@lakewright/core";
import { type SqlEngine, type Sql, sql } from "@lakewright/sql";
import type { RecordBatch } from "apache-arrow";
import type { Snapshot } from "../state/output-folder.ts";
import type { Lake } from "./open.ts";

/** Writes a table of a snapshot into `tables/<name>/version=vN`, once. */
export async function publish<T extends Table>(
  lake: Lake,
  { version }: Snapshot,
  table: T,
  rows: RowsOrBatches<T>,
): Promise<void> {
  const target = await lake.snapshotTable(table);
  await target.append(rows, { txn: { appId: "snapshot", version } });
}

/** The result of a query as rows of a table of snapshots. */
export async function* resultOf(
  engine: SqlEngine,
  table: Table,
  { version }: Snapshot,
  query: Sql,
): AsyncGenerator<RecordBatch> {
  for await (const batch of engine.query(
    sql`SELECT *, ${`v${version}`} AS version FROM (${query})`,
  )) {
    yield conformBatch(table, batch);
  }
}
