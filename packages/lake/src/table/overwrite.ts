import type { RowsOrBatches, Table } from "@lakewright/core";
import { beginChange } from "../change/begin-change.ts";
import { removeMatching } from "../change/delete.ts";
import { predicateText } from "../change/predicate-text.ts";
import type { AddFile } from "../delta/log/actions.ts";
import type { Expectation } from "../delta/log/conflict.ts";
import { canonicalPath } from "../delta/data-files/paths.ts";
import { checkOptions, invalidOption, isBoolean, isCondition, jobChecks } from "../options.ts";
import { bindWhere } from "../where/bind.ts";
import type { Where } from "../where/expression.ts";
import { assertMayRemove } from "./append-only.ts";
import {
  commitActions,
  metricsOf,
  writeData,
  writeResult,
  type WriteTarget,
} from "./commit-actions.ts";
import { partitionsOf } from "./partition-selection.ts";
import { removeOf } from "./remove.ts";
import { rowsWithin } from "./rows-within.ts";
import type { OverwriteOptions, WriteResult } from "./types.ts";

/** Replaces rows: all of them, those that meet a condition, or those of the partitions the new ones fall into. */
export async function overwriteRows<T extends Table>(
  target: WriteTarget,
  data: RowsOrBatches<T>,
  options: OverwriteOptions,
): Promise<WriteResult> {
  checkOptions("overwrite", options, {
    ...jobChecks,
    where: isCondition,
    dynamicPartitions: isBoolean,
    mergeSchema: isBoolean,
  });
  const { where, dynamicPartitions = false, ...job } = options;
  if (where && dynamicPartitions) {
    throw invalidOption(
      "overwrite: where and dynamicPartitions both say what is replaced.",
      "Give one of them.",
    );
  }
  await target.mutex.run(() => target.advance());
  assertMayRemove(target, "overwritten");
  if (where) return overwriteWhere(target, data, where, job);
  return dynamicPartitions
    ? overwritePartitions(target, data, job)
    : overwriteAll(target, data, job);
}

async function overwriteWhere<T extends Table>(
  target: WriteTarget,
  data: RowsOrBatches<T>,
  where: Where,
  options: OverwriteOptions,
): Promise<WriteResult> {
  if (options.mergeSchema) {
    throw invalidOption(
      "overwrite: mergeSchema does not go with where.",
      "Add the columns first, with alter.",
    );
  }
  const change = await beginChange(target, options);
  const bound = bindWhere(change.layout.table, where);
  const rows = rowsWithin(change.rules, data, bound, predicateText(where), options.signal);
  try {
    await removeMatching(change, bound);
    await change.endRemovals();
    for await (const batch of rows) await change.add(batch, "insert");
  } catch (error) {
    await change.discard();
    throw error;
  }
  const parameters = parametersOf(target, { predicate: predicateText(where) });
  const { version, written, filesAdded, rowsInserted, bytesAdded } = await change.commit(
    "WRITE",
    parameters,
  );
  return { version, written, files: filesAdded, rows: rowsInserted, bytes: bytesAdded };
}

/** Replaces all files. */
async function overwriteAll<T extends Table>(
  target: WriteTarget,
  data: RowsOrBatches<T>,
  options: OverwriteOptions,
): Promise<WriteResult> {
  const { version, files } = target.state;
  const replaced = [...files.values()];
  const written = await writeData(target, data, options);
  return replace(target, written, replaced, options, {
    parameters: {},
    expects: { version, reads: "everything", transactions: new Map() },
  });
}

/** Replaces the files of the partitions that the new rows fall into. */
async function overwritePartitions<T extends Table>(
  target: WriteTarget,
  data: RowsOrBatches<T>,
  options: OverwriteOptions,
): Promise<WriteResult> {
  const { state, layout } = target;
  const { version } = state;
  const files = [...state.files.values()];
  const written = await writeData(target, data, options);
  const { bound, includes } = partitionsOf(layout, written.adds);
  const replaced = files.filter(includes);
  const reads = { where: [bound], files: pathsOf(replaced) };
  return replace(target, written, replaced, options, {
    parameters: { isDynamicPartitionOverwrite: true },
    expects: { version, reads, transactions: new Map() },
  });
}

async function replace(
  target: WriteTarget,
  written: Awaited<ReturnType<typeof writeData>>,
  replaced: readonly AddFile[],
  options: OverwriteOptions,
  commit: {
    readonly parameters: Readonly<Record<string, unknown>>;
    readonly expects: Expectation;
  },
): Promise<WriteResult> {
  const now = target.clock();
  await commitActions(target, options, written, {
    operation: "WRITE",
    parameters: parametersOf(target, commit.parameters),
    metrics: { ...metricsOf(written), numRemovedFiles: replaced.length },
    actions: [
      ...replaced.map((file) => ({ remove: removeOf(file, now) })),
      ...written.adds.map((add) => ({ add })),
    ],
    expects: commit.expects,
  });
  return writeResult(target, written, true);
}

function parametersOf({ layout }: WriteTarget, own: object): Readonly<Record<string, unknown>> {
  return { mode: "Overwrite", partitionBy: layout.partitionBy, ...own };
}

function pathsOf(files: readonly AddFile[]): ReadonlySet<string> {
  return new Set(files.map((file) => canonicalPath(file.path)));
}
