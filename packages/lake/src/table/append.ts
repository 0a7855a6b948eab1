import type { RowsOrBatches, Table } from "@lakewright/core";
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
  const written = await writeData(target, data, options);
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
