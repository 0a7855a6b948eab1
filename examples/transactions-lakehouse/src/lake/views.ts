import type { LakeTable } from "@lakewright/lake";
import { duckdbDialect, raw, type Sql } from "@lakewright/sql";

/**
 * A table of the lake as DuckDB reads it: the Parquet files of the version it stands at, straight from the folder.
 * A table without files is a relation without rows.
 */
export function relationOf(table: LakeTable, folder: string): Sql {
  const files = table.files().map((file) => duckdbDialect.literal(`${folder}/${file.path}`));
  if (files.length > 0)
    return raw(`read_parquet([${files.join(", ")}], hive_partitioning = false)`);
  const columns = table.table.fields.map(
    ({ name, column }) =>
      `CAST(NULL AS ${duckdbDialect.columnType(column)}) AS ${duckdbDialect.quote(name)}`,
  );
  return raw(`(SELECT ${columns.join(", ")} WHERE false)`);
}
