import { conformBatch, readColumn, selectColumns, toRows } from "@lakewright/core";
import { and, eq, isNull } from "@lakewright/lake";
import { id, joinSql, type SqlEngine, sql } from "@lakewright/sql";
import type { RecordBatch } from "apache-arrow";
import { ErpError } from "../failure.ts";
import { bronzeName, type SourceTable } from "../source/schema/source-table.ts";
import type { BronzeLake } from "./bronze-lake.ts";

/** Rows of a table that are current in bronze. */
export async function countCurrent(bronze: BronzeLake, source: SourceTable): Promise<number> {
  const table = await bronze.table(bronzeName(source));
  if (!table) return 0;
  try {
    let count = 0;
    for await (const batch of table.scan({
      columns: ["_bronze_is_deleted"],
      where: and(isNull("_bronze_valid_to"), eq("_bronze_is_deleted", false)),
    }))
      count += batch.numRows;
    return count;
  } finally {
    await table.close();
  }
}

/**
 * Records what was deleted from a table: a watermark does not see that. The keys of the source are compared with those that
 * are current in bronze.
 *
 * @returns how many rows are gone, and how many are current in bronze then
 * @throws ErpError ERP_BALANCE where the source has rows that bronze lacks
 */
export async function recordDeletions(
  engine: SqlEngine,
  bronze: BronzeLake,
  source: SourceTable,
  at: bigint,
): Promise<{ readonly gone: number; readonly current: number }> {
  const { table, key } = source;
  const keys = selectColumns(table, key);
  const columns = joinSql(key.map((name) => id(name)));
  const living = new Set<unknown>();
  for await (const batch of engine.query(sql`SELECT ${columns} FROM ${id(table.name)}`)) {
    const keyOf = keyReader(conformBatch(keys, batch), key);
    for (let row = 0; row < batch.numRows; row++) living.add(keyOf(row));
  }
  const history = await bronze.tombstones(source);
  try {
    // Nothing says when a row was deleted: it is known to be gone by the extract.
    const when = source.cursor === undefined ? {} : { [source.cursor]: at };
    const gone: Record<string, unknown>[] = [];
    let seen = 0;
    for await (const batch of history.current({ columns: [...key] })) {
      const keyOf = keyReader(batch, key);
      let rows: readonly Record<string, unknown>[] | undefined;
      for (let row = 0; row < batch.numRows; row++) {
        if (living.has(keyOf(row))) {
          seen++;
          continue;
        }
        rows ??= toRows(batch, keys);
        gone.push({ ...rows[row], ...when, _deleted: true });
      }
    }
    if (seen < living.size) {
      throw new ErpError(
        "ERP_BALANCE",
        `The source has ${living.size - seen} rows of "${table.name}" that bronze lacks.`,
        {
          hint: "Rows were written with a sysModifiedDate of the past: delete the folder's extraction state to read all again.",
          details: { table: table.name },
        },
      );
    }
    if (gone.length === 0) return { gone: 0, current: seen };
    const { rowsDeleted } = await history.record(gone as never, {
      mode: "changes",
      at,
      fileName: "deletions",
    });
    return { gone: rowsDeleted, current: seen + gone.length - rowsDeleted };
  } finally {
    await history.close();
  }
}

/** The key of a row as something a Set tells apart. */
function keyReader(batch: RecordBatch, key: readonly string[]): (row: number) => unknown {
  const [first, ...others] = key.map((name) => readColumn(batch, name));
  if (others.length === 0) return first!;
  return (row) => [first!, ...others].map((read) => String(read(row))).join("\0");
}
