import { rowsOf, selectColumns } from "@lakewright/core";
import { and, eq, isNull } from "@lakewright/lake";
import { id, joinSql, raw, type SqlEngine, sql } from "@lakewright/sql";
import { ErpError } from "../failure.ts";
import { bronzeName, type SourceTable } from "../source/schema/source-table.ts";
import type { BronzeLake } from "./bronze-lake.ts";

/** Statements of so many counts at a time. */
const COUNTS = 64;

/** Rows of every table in the source, in few statements. */
export async function countSource(
  engine: SqlEngine,
  sources: readonly SourceTable[],
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (let i = 0; i < sources.length; i += COUNTS) {
    const statement = joinSql(
      sources
        .slice(i, i + COUNTS)
        .map(
          ({ table }) =>
            sql`SELECT ${raw(engine.dialect.literal(table.name))} AS name, COUNT(*) AS n FROM ${id(table.name)}`,
        ),
      " UNION ALL ",
    );
    for (const { name, n } of await engine.query(statement).rows())
      counts.set(String(name), Number(n));
  }
  return counts;
}

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
 * @returns how many rows are gone
 * @throws ErpError ERP_BALANCE where the source has rows that bronze lacks
 */
export async function recordDeletions(
  engine: SqlEngine,
  bronze: BronzeLake,
  source: SourceTable,
  at: bigint,
): Promise<number> {
  const { table, key } = source;
  const columns = joinSql(key.map((name) => id(name)));
  const keyOf = (row: Record<string, unknown>): string =>
    key.map((name) => String(row[name])).join("\0");
  const living = new Set<string>();
  const keys = engine.query(sql`SELECT ${columns} FROM ${id(table.name)}`);
  for await (const row of rowsOf(keys, selectColumns(table, key))) living.add(keyOf(row));
  const history = await bronze.tombstones(source);
  try {
    // Nothing says when a row was deleted: it is known to be gone by the extract.
    const when = source.cursor === undefined ? {} : { [source.cursor]: at };
    const gone: Record<string, unknown>[] = [];
    let seen = 0;
    const current = history.current({ columns: [...key] });
    for await (const row of rowsOf(current, selectColumns(table, key))) {
      if (living.has(keyOf(row))) seen++;
      else gone.push({ ...row, ...when, _deleted: true });
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
    if (gone.length > 0)
      await history.record(gone as never, { mode: "changes", at, fileName: "deletions" });
    return gone.length;
  } finally {
    await history.close();
  }
}
