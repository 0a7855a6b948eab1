import { id, joinSql, raw, type Sql, type SqlEngine, sql } from "@lakewright/sql";
import type { SourceTable } from "../source/schema/source-table.ts";

/** What a table of the source holds, short enough to be remembered. */
export interface SourcePrint {
  readonly rows: number;
  /**
   * The sum of a 64-bit hash a row: of its key and when it changed, or of all of it where it does not say. Whatever
   * comes, goes or changes makes another sum, whenever it says that it did; only who writes a row and leaves its
   * `sysModifiedDate` as it was is not seen, as no watermark sees it.
   */
  readonly hash: string;
}

/** Tables of a statement. */
const AT_ONCE = 64;

/** The prints of tables, by name, in few statements: the database reads itself, and a row a table comes over. */
export async function printSource(
  engine: SqlEngine,
  sources: readonly SourceTable[],
): Promise<Map<string, SourcePrint>> {
  const prints = new Map<string, SourcePrint>();
  for (let i = 0; i < sources.length; i += AT_ONCE) {
    const some = sources.slice(i, i + AT_ONCE).map((source) => printOf(engine, source));
    for (const { name, n, hash } of await engine.query(joinSql(some, " UNION ALL ")).rows())
      prints.set(String(name), { rows: Number(n), hash: String(hash) });
  }
  return prints;
}

function printOf(engine: SqlEngine, source: SourceTable): Sql {
  const { name } = source.table;
  return sql`SELECT ${raw(engine.dialect.literal(name))} AS name, COUNT(*) AS n, CAST(SUM(${rowHash(engine, source)}) AS VARCHAR(60)) AS hash FROM ${id(name)}`;
}

/** The hash of a row: of its key and when it changed, or of all of it where it does not say. */
export function rowHash({ dialect }: SqlEngine, { table, key, cursor }: SourceTable): Sql {
  const columns =
    cursor === undefined ? table.fields.map(({ name }) => name) : [...new Set([...key, cursor])];
  const row = sql`ROW(${joinSql(columns.map((name) => id(name)))})`;
  return dialect.name === "duckdb"
    ? sql`hash(${row})`
    : sql`hashtextextended(CAST(${row} AS TEXT), ${raw("0")})`;
}
