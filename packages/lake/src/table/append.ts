import { bigintRange, type RowsOrBatches, type Table } from "@lakewright/core";
import { NOTHING_WRITTEN } from "../delta/write-files.ts";
import { isLakeError } from "../errors.ts";
import { checkOptions, invalidOption, isBoolean, isObject, jobChecks } from "../options.ts";
import {
  commitActions,
  metricsOf,
  versionOf,
  writeData,
  writeResult,
  type WriteTarget,
} from "./commit-actions.ts";
import type { AppendOptions, WriteResult } from "./types.ts";

/** Adds rows, and a transaction with them where one is given. */
export async function appendRows<T extends Table>(
  target: WriteTarget,
  data: RowsOrBatches<T>,
  options: AppendOptions,
): Promise<WriteResult> {
  checkOptions("append", options, { ...jobChecks, txn: isObject, mergeSchema: isBoolean });
  const txn = options.txn && checkedTransaction(options.txn);
  if (txn) await target.mutex.run(() => target.advance());
  const applied = (): boolean =>
    txn !== undefined && (versionOf(target.state, txn.appId) ?? -1n) >= txn.version;
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

function checkedTransaction(txn: NonNullable<AppendOptions["txn"]>): {
  readonly appId: string;
  readonly version: bigint;
} {
  const { appId, version } = txn as { readonly appId: unknown; readonly version: unknown };
  if (typeof appId !== "string" || appId === "") {
    throw invalidOption("append: txn.appId is no text, or empty.");
  }
  const exact =
    typeof version === "bigint" || Number.isSafeInteger(version)
      ? BigInt(version as bigint)
      : undefined;
  if (exact === undefined || exact < 0n || exact > bigintRange.int64[1]) {
    throw invalidOption(
      `append: txn.version is ${String(version)}; it must be an integer from 0 that 64 bits hold.`,
    );
  }
  return { appId, version: exact };
}
