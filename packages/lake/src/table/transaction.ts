import { bigintRange } from "@lakewright/core";
import type { TableState } from "../delta/log/load.ts";
import { invalidOption } from "../options.ts";

/** What makes a write happen once, as it is committed ("Transaction Identifiers" of PROTOCOL.md). */
export interface Txn {
  readonly appId: string;
  readonly version: bigint;
}

/** @throws LakeError LAKE_INVALID_OPTION */
export function checkedTxn(
  verb: string,
  txn: { readonly appId: string; readonly version: bigint | number },
): Txn {
  const { appId, version } = txn as { readonly appId: unknown; readonly version: unknown };
  if (typeof appId !== "string" || appId === "") {
    throw invalidOption(
      `${verb}: txn.appId is no text, or empty.`,
      'Name the program that writes: { appId: "loader", version: 7 }.',
    );
  }
  const exact =
    typeof version === "bigint" || Number.isSafeInteger(version)
      ? BigInt(version as bigint)
      : undefined;
  if (exact === undefined || exact < 0n || exact > bigintRange.int64[1]) {
    throw invalidOption(
      `${verb}: txn.version is ${String(version)}; it must be an integer from 0 that 64 bits hold.`,
      "Count up what is written: a batch, a day, a position.",
    );
  }
  return { appId, version: exact };
}

/** The version an application has committed last. */
export function versionOf(state: TableState, appId: string): bigint | undefined {
  return state.transactions.get(appId)?.version;
}

/** Whether a table has a transaction, or a later one of its application. */
export function isApplied(state: TableState, { appId, version }: Txn): boolean {
  return (versionOf(state, appId) ?? -1n) >= version;
}
