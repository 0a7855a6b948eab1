import { type Table, tableFromFields } from "@lakewright/core";
import { fileTable, type StoredColumn } from "../delta/schema/columns.ts";
import type { Layout } from "../delta/schema/layout.ts";
import { statsLeaves, type StatsLeaf } from "../delta/statistics/columns.ts";
import { parquetOptions } from "../delta/data-files/parquet-options.ts";
import type { ParquetWriteOptions } from "../parquet/types.ts";
import type { Store } from "../store/store.ts";

/** How the data files of a table are written: rows that are rewritten never take the form users see. */
export interface FileFormat {
  /** The columns of data files under the names and types they have there. */
  readonly columns: readonly StoredColumn[];
  readonly table: Table;
  readonly leaves: readonly StatsLeaf[];
  readonly parquet: ParquetWriteOptions;
  /** Lists and maps whose nulls are counted. */
  readonly nullPaths: readonly (readonly string[])[];
}

export function fileFormat(
  store: Store,
  layout: Layout,
  configuration: Readonly<Record<string, string>>,
): FileFormat {
  const inFiles = layout.columns.filter(
    ({ name, isVoid }) => !isVoid && !layout.partitions.has(name),
  );
  const columns = inFiles.map(asStored);
  const table = tableFromFields(
    layout.table.name,
    columns.map(({ name, column }) => ({ name, column })),
  );
  const parquet = parquetOptions(store, layout, configuration);
  const leaves = statsLeaves(table, configuration, layout.columns).filter(
    ({ path }) => !parquet.encryption?.hides(path),
  );
  return {
    columns,
    table,
    leaves,
    parquet,
    nullPaths: leaves
      .filter(({ type }) => type.kind === "list" || type.kind === "map")
      .map(({ path }) => path),
  };
}

function asStored(stored: StoredColumn): StoredColumn {
  const [field] = fileTable("file", [stored]).fields;
  return {
    ...stored,
    name: stored.physical,
    column: field!.column,
    children: stored.children.map(asStored),
  };
}
