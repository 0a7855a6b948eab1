import type { RowsOrBatches, Table } from "@lakewright/core";
import { isEnabled } from "../delta/protocol.ts";
import { LakeError } from "../errors.ts";
import { checkOptions, isObject, jobChecks } from "../options.ts";
import {
  commitActions,
  metricsOf,
  writeData,
  writeResult,
  type WriteTarget,
} from "./commit-actions.ts";
import { partitionSelection } from "./partition-selection.ts";
import { removeOf } from "./remove.ts";
import type { OverwriteOptions, WriteResult } from "./types.ts";

/** Replaces rows, all of them or those of some partitions. */
export async function overwriteRows<T extends Table>(
  target: WriteTarget,
  data: RowsOrBatches<T>,
  options: OverwriteOptions,
): Promise<WriteResult> {
  checkOptions("overwrite", options, { ...jobChecks, where: isObject });
  await target.mutex.run(() => target.advance());
  const { state, store, layout } = target;
  if (isEnabled(state.metadata, "delta.appendOnly")) {
    throw new LakeError(
      "LAKE_UNSUPPORTED_FEATURE",
      `Table ${store.location} takes appends only (delta.appendOnly), so nothing is overwritten.`,
      { details: { location: store.location, features: ["appendOnly"] } },
    );
  }
  const selected = options.where && partitionSelection(layout, options.where);
  const replaced = [...state.files.values()].filter((file) => selected?.(file) ?? true);
  const expects = { version: state.version, reads: "everything" as const, transactions: new Map() };
  const written = await writeData(target, data, options);
  const stray = selected && written.adds.find((add) => !selected(add));
  if (stray) {
    await written.discard();
    throw new LakeError(
      "LAKE_INVALID_VALUE",
      `Rows of the partition ${JSON.stringify(stray.partitionValues)} are not among those that are overwritten.`,
      { hint: "Give only rows for which `where` holds.", details: { ...stray.partitionValues } },
    );
  }
  const now = target.clock();
  await commitActions(target, options, written, {
    operation: "WRITE",
    parameters: {
      mode: "Overwrite",
      partitionBy: layout.partitionBy,
      ...(options.where ? { predicate: options.where } : {}),
    },
    metrics: { ...metricsOf(written), numRemovedFiles: replaced.length },
    actions: [
      ...replaced.map((file) => ({ remove: removeOf(file, now) })),
      ...written.adds.map((add) => ({ add })),
    ],
    expects,
  });
  return writeResult(target, written, true);
}
