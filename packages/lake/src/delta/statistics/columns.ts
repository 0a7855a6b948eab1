import type { Column, LogicalType, Table } from "@lakewright/core";
import { LakeError } from "../../errors.ts";
import type { StoredColumn } from "../schema/columns.ts";

/** A column statistics are kept of: a scalar, or a list or map taken as one. */
export interface StatsLeaf {
  readonly path: readonly string[];
  readonly type: LogicalType;
}

const INDEXED = "delta.dataSkippingNumIndexedCols";
const CHOSEN = "delta.dataSkippingStatsColumns";
const DEFAULT_LEAVES = 32;

/**
 * The leaf columns of a data file that get statistics: the first 32, or as many, or those, that the table properties
 * say. Source: StatisticsCollection.scala of delta-io/delta.
 *
 * @param columns - those of the table, whose names the properties have; without any, the names are those of the file
 * @throws LakeError LAKE_INVALID_OPTION where the property is no number.
 */
export function statsLeaves(
  data: Table,
  configuration: Readonly<Record<string, string>>,
  columns: readonly StoredColumn[] = [],
): readonly StatsLeaf[] {
  const leaves = data.fields.flatMap((field) => leavesOf(field.column, [field.name]));
  const chosen = configuration[CHOSEN];
  if (chosen !== undefined) {
    const names = namesOf(chosen).map((path) => physicalPath(path, columns).join("."));
    return leaves.filter(({ path }) =>
      path.some((_, depth) => names.includes(path.slice(0, depth + 1).join("."))),
    );
  }
  const limit = Number(configuration[INDEXED] ?? DEFAULT_LEAVES);
  if (!Number.isInteger(limit) || limit < -1) {
    throw new LakeError(
      "LAKE_INVALID_OPTION",
      `Property ${INDEXED} is ${JSON.stringify(configuration[INDEXED])}, which is no number of columns.`,
      { hint: "Give the number of leaf columns to keep statistics of, or -1 for all." },
    );
  }
  return limit === -1 ? leaves : leaves.slice(0, limit);
}

function leavesOf(column: Column, path: readonly string[]): StatsLeaf[] {
  if (column.type.kind !== "struct") return [{ path, type: column.type }];
  return Object.entries(column.type.fields).flatMap(([name, field]) =>
    leavesOf(field, [...path, name]),
  );
}

/** Names of a list such as "id, address.city, `a,b`", taken apart at dots. */
function namesOf(list: string): readonly (readonly string[])[] {
  const names: string[][] = [[]];
  for (const [, quoted, plain, sign] of list.matchAll(
    /`((?:[^`]|``)*)`|([^`.,\s][^`.,]*)|([.,])/g,
  )) {
    if (sign === ",") names.push([]);
    else if (sign === undefined) names.at(-1)!.push(quoted?.replaceAll("``", "`") ?? plain!.trim());
  }
  return names.filter((path) => path.length > 0);
}

function physicalPath(
  path: readonly string[],
  columns: readonly StoredColumn[],
): readonly string[] {
  const [name, ...rest] = path;
  if (name === undefined) return [];
  const stored =
    columns.find((column) => column.name === name) ??
    columns.find((column) => column.name.toLowerCase() === name.toLowerCase());
  return [stored?.physical ?? name, ...physicalPath(rest, stored?.children ?? [])];
}
