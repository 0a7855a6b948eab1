import { columnOf, type Table } from "@lakewright/core";
import type { Metadata, Protocol } from "../log/actions.ts";
import { type StoredColumn, storedColumns, tableOfColumns } from "./columns.ts";
import { type MappingMode, mappingMode } from "./mapping-mode.ts";
import { parseSchema } from "./schema-json.ts";

/** The columns of a table at a version, and how they are stored. */
export interface Layout {
  readonly table: Table;
  readonly columns: readonly StoredColumn[];
  readonly byName: ReadonlyMap<string, StoredColumn>;
  readonly partitionBy: readonly string[];
  readonly partitions: ReadonlySet<string>;
  readonly mode: MappingMode;
}

const layouts = new WeakMap<Metadata, Layout>();

/**
 * The layout the metadata of a table describes.
 *
 * @throws LakeError LAKE_CORRUPT_LOG, or LAKE_UNSUPPORTED_FEATURE for a type this package does not read.
 */
export function layoutOf(protocol: Protocol, metadata: Metadata, location: string): Layout {
  const known = layouts.get(metadata);
  if (known) return known;
  const mode = mappingMode(protocol, metadata);
  const columns = storedColumns(parseSchema(metadata.schemaString), mode);
  const table = tableOfColumns(metadata.name ?? lastName(location), columns);
  const partitionBy = metadata.partitionColumns.map((name) => {
    const similar = columns.find((stored) => stored.name.toLowerCase() === name.toLowerCase());
    if (!similar) columnOf(table, name); // throws, naming the columns there are
    return similar!.name;
  });
  const layout: Layout = {
    table,
    columns,
    byName: new Map(columns.map((stored) => [stored.name, stored])),
    partitionBy,
    partitions: new Set(partitionBy),
    mode,
  };
  layouts.set(metadata, layout);
  return layout;
}

function lastName(location: string): string {
  return (
    location
      .split(/[\\/:]/)
      .filter((part) => part !== "")
      .at(-1) ?? "table"
  );
}
