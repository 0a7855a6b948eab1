import { CoreError, type RowsOrBatches, type Table } from "@lakewright/core";
import { NOTHING_WRITTEN } from "../delta/data-files/write-files.ts";
import { isLakeError } from "../errors.ts";
import { checkOptions, isBoolean, isObject, jobChecks } from "../options.ts";
import {
  commitActions,
  metricsOf,
  writeData,
  writeResult,
  type WriteTarget,
} from "./commit-actions.ts";
import { checkedTxn, isApplied, versionOf } from "./transaction.ts";
import type { AppendOptions, WriteResult } from "./types.ts";

/** Adds rows, and a transaction with them where one is given. */
export async function appendRows<T extends Table>(
  target: WriteTarget,
  data: RowsOrBatches<T>,
  options: AppendOptions,
): Promise<WriteResult> {
  checkOptions("append", options, { ...jobChecks, txn: isObject, mergeSchema: isBoolean });
  const txn = options.txn && checkedTxn("append", options.txn);
  if (txn) await target.mutex.run(() => target.advance());
  const applied = (): boolean => txn !== undefined && isApplied(target.state, txn);
  const nothing = (): WriteResult => writeResult(target, NOTHING_WRITTEN, false);
  if (applied()) return nothing();
  const transactions = new Map(txn && [[txn.appId, versionOf(target.state, txn.appId)]]);
  const expects = { version: target.state.version, reads: "nothing" as const, transactions };
  const written = await writeData(target, data, options).catch((error: unknown) => {
    throw options.mergeSchema ? error : withMergeSchema(target, error);
  });
  if (written.adds.length === 0 && !written.changes?.length && !txn) return nothing();
  try {
    await commitActions(target, options, written, {
      operation: "WRITE",
      parameters: { mode: "Append", partitionBy: target.layout.partitionBy },
      metrics: metricsOf(written),
      actions: [
        ...(txn ? [{ txn: { ...txn, lastUpdated: target.clock() } }] : []),
        ...written.adds.map((add) => ({ add })),
      ],
      expects,
    });
  } catch (error) {
    if (isLakeError(error, "LAKE_COMMIT_CONFLICT") && applied()) return nothing();
    throw error;
  }
  return writeResult(target, written, true);
}

/** A batch with a column more is told of the option that adds it. */
function withMergeSchema({ layout }: WriteTarget, error: unknown): unknown {
  if (!(error instanceof CoreError) || error.code !== "CORE_SCHEMA_MISMATCH") return error;
  const { column } = error.details;
  if (typeof column !== "string" || Object.hasOwn(layout.table.columns, column)) return error;
  const hint = `To add the column, pass { mergeSchema: true }. ${error.hint ?? ""}`.trim();
  return new CoreError(error.code, error.message, { hint, details: error.details });
}
