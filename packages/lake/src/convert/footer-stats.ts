import type { LogicalType } from "@lakewright/core";
import type { StatsLeaf } from "../delta/statistics/columns.ts";
import { formatStats } from "../delta/statistics/write.ts";
import type { ColumnStatistics, ParquetFile } from "../parquet/types.ts";
import { compareText } from "../where/text-order.ts";

type Bound = NonNullable<ColumnStatistics["min"]>;

/** The statistics of a file by its footer. A column some row group tells nothing of is left out: it is unknown. */
export function footerStats(file: ParquetFile, leaves: readonly StatsLeaf[]): string {
  const columns: ColumnStatistics[] = [];
  for (const leaf of leaves) {
    const found = ofLeaf(file, leaf);
    if (found) columns.push(found);
  }
  return formatStats(leaves, { rows: file.rows, columns, nullCounts: new Map() });
}

function ofLeaf(file: ParquetFile, leaf: StatsLeaf): ColumnStatistics | undefined {
  const inFile = typeAt(file, leaf.path);
  if (!inFile || inFile.type.kind === "list" || inFile.type.kind === "map") return undefined;
  const key = inFile.path.join("\n");
  let nullCount = 0;
  let min: Bound | undefined;
  let max: Bound | undefined;
  let isBounded = true;
  for (const group of file.rowGroups) {
    if (group.rows === 0) continue;
    const statistics = group.columns.find(({ path }) => path.join("\n") === key);
    if (!statistics) return undefined;
    nullCount += statistics.nullCount;
    if (statistics.nullCount === group.rows) continue;
    if (statistics.min === undefined || statistics.max === undefined) isBounded = false;
    else {
      min = min === undefined || isBelow(statistics.min, min) ? statistics.min : min;
      max = max === undefined || isBelow(max, statistics.max) ? statistics.max : max;
    }
  }
  const known = isBounded && min !== undefined && max !== undefined;
  return {
    path: leaf.path,
    nullCount,
    ...(known && { min: inMicros(min!, inFile.type), max: inMicros(max!, inFile.type) }),
  };
}

function isBelow(a: Bound, b: Bound): boolean {
  return typeof a === "string" && typeof b === "string" ? compareText(a, b) < 0 : a < b;
}

/** Times of a file are in its own unit; those of a table in microseconds. */
function inMicros(bound: Bound, type: LogicalType): Bound {
  return type.kind === "timestamp" && type.unit === "ms" ? BigInt(bound) * 1000n : bound;
}

/** The column of a file at a path, whatever the case of its names. */
function typeAt(
  file: ParquetFile,
  path: readonly string[],
): { readonly type: LogicalType; readonly path: readonly string[] } | undefined {
  let fields = file.table.fields.map(({ name, column }) => [name, column] as const);
  const names: string[] = [];
  let type: LogicalType | undefined;
  for (const wanted of path) {
    const found = fields.find(([name]) => name.toLowerCase() === wanted.toLowerCase());
    if (!found) return undefined;
    names.push(found[0]);
    ({ type } = found[1]);
    fields = type.kind === "struct" ? Object.entries(type.fields) : [];
  }
  return type && { type, path: names };
}
