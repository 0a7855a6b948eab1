import { predicateText } from "../change/predicate-text.ts";
import type { AddFile } from "../delta/log/actions.ts";
import type { Layout } from "../delta/schema/layout.ts";
import { sizeProperty } from "../delta/schema/properties.ts";
import { assertWritable } from "../delta/schema/protocol.ts";
import { canonicalPath } from "../delta/data-files/paths.ts";
import {
  checkOptions,
  invalidOption,
  isCondition,
  isNames,
  isPositiveInteger,
  jobChecks,
} from "../options.ts";
import { progressOf } from "../progress.ts";
import { commitActions } from "../table/commit-actions.ts";
import type { DeltaTable } from "../table/delta-table.ts";
import { partitionSelection } from "../table/partition-selection.ts";
import { removeOf } from "../table/remove.ts";
import { bindWhere, columnsOfWhere } from "../where/bind.ts";
import type { Where } from "../where/expression.ts";
import { DEFAULT_FILE_BYTES } from "../write/fan-out.ts";
import { type Bin, byPartition, packFiles } from "./bins.ts";
import { type FileFormat, fileFormat } from "./file-format.ts";
import { compactMetrics } from "./optimize-metrics.ts";
import { rewriteBin, rewriteSorted } from "./rewrite.ts";
import { StoredWriter } from "./stored-writer.ts";
import type { OptimizeOptions, OptimizePlan, OptimizeResult } from "./types.ts";

const DEFAULT_SORT_BYTES = 2 ** 30;

/** The work of an OPTIMIZE: what is read, and how each portion is written. */
interface Work {
  readonly table: DeltaTable;
  readonly options: OptimizeOptions;
  readonly version: bigint;
  readonly format: FileFormat;
  readonly targetBytes: number;
  readonly bins: readonly Bin[];
  /** Positions of the columns of the curve; none for bins that are only put together. */
  readonly curve: readonly number[];
  readonly partitions: number;
}

/**
 * Plans which files to put together.
 *
 * @throws LakeError LAKE_INVALID_OPTION for a condition on other columns than those of partitions, or a column that has no order.
 */
export async function planOptimize(
  table: DeltaTable,
  options: OptimizeOptions = {},
): Promise<OptimizePlan> {
  checkOptions("optimize", options, {
    ...jobChecks,
    where: isCondition,
    targetFileBytes: isPositiveInteger,
    zOrderBy: isNames,
    maxSortBytes: isPositiveInteger,
  });
  await table.mutex.run(() => table.advance());
  const { state, layout } = table;
  const { configuration, partitionColumns } = state.metadata;
  assertWritable(state.protocol, state.metadata, table.location);
  const format = fileFormat(table.store, layout, configuration);
  const targetBytes =
    options.targetFileBytes ??
    sizeProperty(configuration, "delta.targetFileSize") ??
    DEFAULT_FILE_BYTES;
  const curve = curveColumns(table, format, options.zOrderBy);
  const selected = options.where && selection(layout, options.where);
  const files = [...state.files.values()].filter((file) => selected?.(file) ?? true);
  const physical = partitionColumns.map((name) => layout.byName.get(name)?.physical ?? name);
  const bins: Bin[] = [];
  let partitions = 0;
  for (const group of byPartition(files, physical).values()) {
    const found = curve.length > 0 ? [whole(group)] : packFiles(group, targetBytes);
    if (found.length > 0) partitions++;
    bins.push(...found);
  }
  const { version } = state;
  const work: Work = { table, options, version, format, targetBytes, bins, curve, partitions };
  return {
    version,
    filesRemoved: bins.reduce((sum, bin) => sum + bin.files.length, 0),
    bytesRemoved: bins.reduce((sum, bin) => sum + bin.bytes, 0),
    partitions,
    run: () => runOptimize(work),
  };
}

/** Tells for which files a condition on partition columns holds. */
function selection(layout: Layout, where: Where): (file: AddFile) => boolean {
  for (const name of columnsOfWhere(layout.table, where)) {
    if (layout.partitions.has(name)) continue;
    throw invalidOption(
      `optimize: where names "${name}", which is no partition column.`,
      `The table is partitioned by ${layout.partitionBy.join(", ") || "nothing"}.`,
    );
  }
  return partitionSelection(layout, bindWhere(layout.table, where));
}

function whole(files: readonly AddFile[]): Bin {
  return { files, bytes: files.reduce((sum, file) => sum + file.size, 0) };
}

function curveColumns(
  { layout }: DeltaTable,
  format: FileFormat,
  names: readonly string[] | undefined,
): readonly number[] {
  if (names?.length === 0) throw invalidOption("optimize: zOrderBy is an empty list.");
  return [...new Set(names)].map((name) => {
    const stored = layout.byName.get(name);
    const known = [...layout.byName.keys()].join(", ");
    if (!stored) {
      throw invalidOption(
        `optimize: zOrderBy names "${name}", which is no column.`,
        `It has ${known}.`,
      );
    }
    if (layout.partitions.has(name)) {
      throw invalidOption(
        `optimize: zOrderBy names "${name}", a partition column: every row of a file has the same value.`,
      );
    }
    const { kind } = stored.column.type;
    if (kind === "struct" || kind === "list" || kind === "map") {
      throw invalidOption(`optimize: zOrderBy names "${name}", a ${kind}, which has no order.`);
    }
    return format.columns.findIndex((column) => column.name === stored.physical);
  });
}

async function runOptimize(work: Work): Promise<OptimizeResult> {
  const { table, options, format, bins } = work;
  const { store, layout } = table;
  const { signal, maxSortBytes = DEFAULT_SORT_BYTES } = options;
  if (bins.length === 0) return nothingDone(work);
  const report = progressOf(options.onProgress);
  const total = bins.reduce((sum, bin) => sum + bin.files.length, 0);
  const physical = layout.partitionBy.map((name) => layout.byName.get(name)!.physical);
  const writer = new StoredWriter(store, format, physical);
  const source = { store, format, mode: layout.mode, signal };
  let done = 0;
  try {
    for (const bin of bins) {
      signal?.throwIfAborted();
      await (work.curve.length > 0
        ? rewriteSorted(source, bin, writer, work.curve, work.targetBytes, maxSortBytes)
        : rewriteBin(source, bin, writer));
      done += bin.files.length;
      report({ phase: "optimize", done, total, unit: "files" });
    }
  } catch (error) {
    await writer.discard();
    throw error;
  }
  return commitOptimize(work, writer);
}

async function commitOptimize(work: Work, writer: StoredWriter): Promise<OptimizeResult> {
  const { table, options, bins, version, partitions } = work;
  const removed = bins.flatMap((bin) => bin.files);
  const now = table.clock();
  await commitActions(table, options, writer.written, {
    operation: "OPTIMIZE",
    parameters: {
      predicate: options.where ? [predicateText(options.where)] : [],
      zOrderBy: options.zOrderBy ?? [],
      auto: false,
    },
    metrics: compactMetrics(removed, writer.adds),
    actions: [
      ...removed.map((file) => ({ remove: { ...removeOf(file, now), dataChange: false } })),
      ...writer.adds.map((add) => ({ add })),
    ],
    expects: {
      version,
      reads: { where: [], files: new Set(removed.map((file) => canonicalPath(file.path))) },
      isolation: "SnapshotIsolation",
      transactions: new Map(),
    },
  });
  return {
    version: table.version,
    written: true,
    filesAdded: writer.adds.length,
    filesRemoved: removed.length,
    bytesAdded: writer.bytes,
    bytesRemoved: removed.reduce((sum, file) => sum + file.size, 0),
    partitions,
  };
}

function nothingDone({ table }: Work): OptimizeResult {
  return {
    version: table.version,
    written: false,
    filesAdded: 0,
    filesRemoved: 0,
    bytesAdded: 0,
    bytesRemoved: 0,
    partitions: 0,
  };
}
