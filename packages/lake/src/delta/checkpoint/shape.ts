import {
  bool,
  type Column,
  int64,
  type LogicalType,
  nullable,
  struct,
  type Table,
  tableFromFields,
} from "@lakewright/core";
import { checkpointTable } from "./table.ts";
import { fileTable, type StoredColumn } from "../schema/columns.ts";
import { layoutOf } from "../schema/layout.ts";
import type { TableState } from "../log/load.ts";
import { isEnabled } from "../schema/protocol.ts";
import { statsLeaves, type StatsLeaf } from "../statistics/columns.ts";

/** The form a table's checkpoints have by its properties. */
export interface CheckpointShape {
  readonly table: Table;
  /** Whether adds have their statistics as JSON text (`delta.checkpoint.writeStatsAsJson`). Default true. */
  readonly statsAsText: boolean;
  /** The columns of `stats_parsed`, where the table asks for it (`delta.checkpoint.writeStatsAsStruct`). */
  readonly stats: readonly StatsLeaf[] | undefined;
  /** The columns of `partitionValues_parsed`, in the types they are stored as. */
  readonly partitions: readonly StoredColumn[] | undefined;
  readonly columns: readonly StoredColumn[];
}

/** Delta keeps bounds of numbers, times and text only. */
const BOUNDED = new Set<LogicalType["kind"]>([
  "int8",
  "int16",
  "int32",
  "int64",
  "float32",
  "float64",
  "decimal",
  "date",
  "timestamp",
  "utf8",
]);

export function hasBounds({ type }: StatsLeaf): boolean {
  return BOUNDED.has(type.kind);
}

/** How checkpoints of a state look ("Checkpoint Schema" of PROTOCOL.md); sidecars have actions on files only. */
export function checkpointShape(
  { protocol, metadata }: TableState,
  actions: "all" | "files",
): CheckpointShape {
  const { configuration } = metadata;
  const { columns, partitions } = layoutOf(protocol, metadata, "table");
  const statsAsText = configuration["delta.checkpoint.writeStatsAsJson"]?.toLowerCase() !== "false";
  const asStruct = isEnabled(metadata, "delta.checkpoint.writeStatsAsStruct");
  const inFiles = columns.filter(({ name }) => !partitions.has(name));
  const inFolders = columns.filter(({ name }) => partitions.has(name)).map(asStored);
  const stats = asStruct
    ? statsLeaves(fileTable("file", inFiles), configuration, columns)
    : undefined;
  const parsedPartitions = asStruct && inFolders.length > 0 ? inFolders : undefined;
  const add = addColumn(statsAsText, stats, parsedPartitions);
  const wanted = checkpointTable.fields.filter(
    ({ name }) => actions === "all" || name === "add" || name === "remove",
  );
  const table = tableFromFields(
    "checkpoint",
    wanted.map((field) => (field.name === "add" ? { ...field, column: add } : field)),
  );
  return { table, statsAsText, stats, partitions: parsedPartitions, columns };
}

function asStored(stored: StoredColumn): StoredColumn {
  return { ...stored, column: fileTable("file", [stored]).fields[0]!.column };
}

function addColumn(
  statsAsText: boolean,
  stats: readonly StatsLeaf[] | undefined,
  partitions: readonly StoredColumn[] | undefined,
): Column {
  const { type } = checkpointTable.columns["add"]!;
  const { stats: text, ...rest } = (type as Extract<LogicalType, { readonly kind: "struct" }>)
    .fields;
  return nullable(
    struct({
      ...rest,
      ...(statsAsText && text && { stats: text }),
      ...(partitions && {
        partitionValues_parsed: nullable(
          struct(
            Object.fromEntries(
              partitions.map(({ physical, column }) => [physical, nullable(column)]),
            ),
          ),
        ),
      }),
      ...(stats && { stats_parsed: parsedColumn(stats) }),
    }),
  );
}

function parsedColumn(leaves: readonly StatsLeaf[]): Column {
  const bounds = leaves.filter(hasBounds);
  const values = (of: readonly StatsLeaf[], column: (leaf: StatsLeaf) => Column): Column =>
    nestedColumn(of, 0, column);
  const own = (leaf: StatsLeaf): Column => ({ type: leaf.type, nullable: true });
  return nullable(
    struct({
      numRecords: nullable(int64()),
      ...(bounds.length > 0 && { minValues: values(bounds, own), maxValues: values(bounds, own) }),
      ...(leaves.length > 0 && { nullCount: values(leaves, () => nullable(int64())) }),
      tightBounds: nullable(bool()),
    }),
  );
}

/** Leaves as structs nested the way their paths are. */
function nestedColumn(
  leaves: readonly StatsLeaf[],
  depth: number,
  column: (leaf: StatsLeaf) => Column,
): Column {
  const groups = new Map<string, StatsLeaf[]>();
  for (const leaf of leaves) {
    const name = leaf.path[depth]!;
    groups.set(name, [...(groups.get(name) ?? []), leaf]);
  }
  const fields = Array.from(groups, ([name, group]): [string, Column] => {
    const [first] = group;
    const isLeaf = first!.path.length === depth + 1;
    return [name, isLeaf ? column(first!) : nestedColumn(group, depth + 1, column)];
  });
  return nullable(struct(Object.fromEntries(fields)));
}
