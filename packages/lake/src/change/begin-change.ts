import { isObject, isOneOf, type OptionCheck, jobChecks } from "../options.ts";
import type { WriteTarget } from "../table/commit-actions.ts";
import { assertWritable } from "../delta/schema/protocol.ts";
import { TableChange } from "./table-change.ts";
import type { ChangeOptions } from "./types.ts";

/** The checks of the options every change has. */
export const changeChecks: Readonly<Record<keyof ChangeOptions, OptionCheck>> = {
  ...jobChecks,
  isolation: isOneOf("Serializable", "WriteSerializable"),
  txn: isObject,
};

/**
 * Begins a change of rows at the latest version of a table.
 *
 * @throws LakeError LAKE_UNSUPPORTED_FEATURE for a table with features this package does not write; LAKE_INVALID_OPTION
 */
export async function beginChange(
  target: WriteTarget,
  options: ChangeOptions = {},
): Promise<TableChange> {
  options.signal?.throwIfAborted();
  await target.mutex.run(() => target.advance());
  const { state, store } = target;
  assertWritable(state.protocol, state.metadata, store.location);
  return new TableChange(target, options);
}
export { assertMayRemove } from "../table/append-only.ts";
