import { type LogicalType, parseJson } from "@lakewright/core";
import { type Bounds, type ColumnBounds, keyOfValue } from "../../read/bounds.ts";
import type { AddFile } from "../log/actions.ts";
import type { StoredColumn } from "../schema/columns.ts";
import { partitionValueOf } from "../partition/columns.ts";

interface Statistics {
  readonly numRecords?: unknown;
  readonly minValues?: Readonly<Record<string, unknown>>;
  readonly maxValues?: Readonly<Record<string, unknown>>;
  readonly nullCount?: Readonly<Record<string, unknown>>;
}

const JUST_BELOW_MILLISECOND = 999n;

/** Rows of a data file that are not deleted; undefined where its writer did not say. */
export function liveRows(file: AddFile): number | undefined {
  const physical = count(statisticsOf(file).numRecords);
  return physical === undefined ? undefined : physical - (file.deletionVector?.cardinality ?? 0);
}

/**
 * What partition values and statistics say of the columns of a file ("Per-file Statistics" of PROTOCOL.md). Statistics
 * that make no sense are taken for unknown.
 */
export function boundsOfFile(
  file: AddFile,
  columns: ReadonlyMap<string, StoredColumn>,
  partitionBy: ReadonlySet<string>,
): Bounds {
  const statistics = statisticsOf(file);
  const rows = count(statistics.numRecords);
  return {
    rows,
    of(name) {
      const stored = columns.get(name);
      if (!stored) return undefined;
      return partitionBy.has(name) ? ofPartition(stored, file) : ofStatistics(stored, statistics);
    },
  };
}

/** As {@link boundsOfFile}, of what the partition says alone. */
export function boundsOfPartition(
  file: Pick<AddFile, "partitionValues">,
  columns: ReadonlyMap<string, StoredColumn>,
  partitionBy: ReadonlySet<string>,
): Bounds {
  return {
    rows: undefined,
    of(name) {
      const stored = partitionBy.has(name) ? columns.get(name) : undefined;
      return stored && ofPartition(stored, file);
    },
  };
}

function ofPartition(
  stored: StoredColumn,
  file: Pick<AddFile, "partitionValues">,
): ColumnBounds | undefined {
  const value = partitionValueOf(file, stored);
  if (value === null) return { allNull: true };
  const key = keyOfValue(stored.column.type, value);
  // A partition of NaN has no bounds.
  return key === undefined ? undefined : { min: key, max: key, nulls: 0, allNull: false };
}

function ofStatistics({ physical, column }: StoredColumn, statistics: Statistics): ColumnBounds {
  const { type } = column;
  const value = (values: Readonly<Record<string, unknown>> | undefined): unknown =>
    values && Object.hasOwn(values, physical) ? (values[physical] ?? undefined) : undefined;
  const min = value(statistics.minValues);
  const max = value(statistics.maxValues);
  return {
    min: min === undefined ? undefined : keyOfValue(type, min),
    max: max === undefined ? undefined : upperKey(type, max),
    nan: type.kind === "float32" || type.kind === "float64",
    nulls: count(value(statistics.nullCount)),
  };
}

/** Writers cut the microseconds off a maximum. */
function upperKey(type: LogicalType, max: unknown): ReturnType<typeof keyOfValue> {
  const key = keyOfValue(type, max);
  return type.kind === "timestamp" && type.unit === "us" && typeof key === "bigint"
    ? key + JUST_BELOW_MILLISECOND
    : key;
}

const NOTHING: Statistics = {};

function statisticsOf({ stats, parsedStats }: AddFile): Statistics {
  if (stats === undefined) return parsedStats ?? NOTHING;
  try {
    const value = parseJson(stats);
    return typeof value === "object" && value !== null ? value : NOTHING;
  } catch {
    return NOTHING;
  }
}

function count(value: unknown): number | undefined {
  const number = typeof value === "bigint" ? Number(value) : value;
  return Number.isSafeInteger(number) ? (number as number) : undefined;
}
