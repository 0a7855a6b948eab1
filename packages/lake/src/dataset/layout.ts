import { type LogicalType, type Table, tableFromFields } from "@lakewright/core";
import { canPartition } from "../delta/partition/value.ts";
import { readsAsNull } from "../delta/data-files/paths.ts";
import { storageColumn } from "../delta/schema/schema.ts";
import { LakeError } from "../errors.ts";
import { invalidOption, type OptionCheck } from "../options.ts";
import type { PartitionColumn } from "../write/split.ts";
import type { DatasetPartition } from "./types.ts";

/** The folder levels a day is split into. */
export const DAY_LEVELS = ["year", "month", "day"] as const;

export const isPartitions: OptionCheck = (value) =>
  Array.isArray(value) &&
  (value as unknown[]).every(
    (level) =>
      typeof level === "string" ||
      typeof (level as { readonly byDay?: unknown } | null)?.byDay === "string",
  )
    ? undefined
    : "a list of column names and { byDay: column }";

/** Where the rows of a dataset go. */
export interface DatasetLayout {
  /** The columns of the files. */
  readonly files: Table;
  /** Batches have the columns of the table, then a year, month and day for each column split by day. */
  readonly partitions: readonly PartitionColumn[];
  readonly days: readonly string[];
}

/** @throws LakeError LAKE_INVALID_OPTION for a partition that cannot be one. */
export function datasetLayout(
  table: Table,
  partitionBy: readonly DatasetPartition[],
): DatasetLayout {
  const days: string[] = [];
  const seen = new Set<string>();
  const partitions = partitionBy.flatMap((partition) => {
    const levels =
      typeof partition === "string"
        ? [columnLevel(table, partition)]
        : dayLevels(table, partition.byDay, days.push(partition.byDay) - 1);
    for (const { name } of levels) {
      if (seen.has(name)) throw invalidOption(`writeDataset: there are two levels "${name}".`);
      seen.add(name);
    }
    return levels;
  });
  const inFolders = new Set(partitionBy.filter((partition) => typeof partition === "string"));
  const fields = table.fields.filter(({ name }) => !inFolders.has(name));
  if (fields.length === 0) {
    throw invalidOption(
      "writeDataset: partitionBy names every column; none is left for the files.",
    );
  }
  return { files: tableFromFields(table.name, fields), partitions, days };
}

function columnLevel(table: Table, name: string): PartitionColumn {
  const index = table.fields.findIndex((field) => field.name === name);
  const column = table.fields[index]?.column;
  if (!column) throw noColumn(table, name);
  if (!canPartition(column.type)) {
    throw invalidOption(
      `writeDataset: "${name}" is a ${column.type.kind}, which cannot partition.`,
    );
  }
  const { type, nullable } = storageColumn(column);
  return { index, name, type, nullable, accepts: notNullByName(name) };
}

function dayLevels(table: Table, name: string, split: number): PartitionColumn[] {
  const column = table.fields.find((field) => field.name === name)?.column;
  if (!column) throw noColumn(table, name);
  if (!isDay(column.type)) {
    throw invalidOption(
      `writeDataset: byDay names "${name}", which is neither date nor timestamp.`,
    );
  }
  return DAY_LEVELS.map((level, k) => {
    if (Object.hasOwn(table.columns, level)) {
      throw invalidOption(`writeDataset: byDay adds "${level}", which the table has as a column.`);
    }
    const index = table.fields.length + split * DAY_LEVELS.length + k;
    return { index, name: level, type: { kind: "utf8" }, nullable: true };
  });
}

export function isDay({ kind }: LogicalType): boolean {
  return kind === "date" || kind === "timestamp";
}

/** Folder names tell null by a text: that text itself cannot be a value. */
function notNullByName(name: string): (text: string) => void {
  return (text) => {
    if (!readsAsNull(text)) return;
    throw new LakeError(
      "LAKE_INVALID_VALUE",
      `Partition column "${name}" has the value ${JSON.stringify(text)}, which Hive folders keep for null.`,
      { hint: "Clean the value, or write a Delta table.", details: { column: name } },
    );
  };
}

function noColumn(table: Table, name: string): LakeError {
  return invalidOption(
    `writeDataset: partitionBy names "${name}", which is no column of table "${table.name}".`,
    `Its columns are ${table.fields.map((field) => field.name).join(", ")}.`,
  );
}
