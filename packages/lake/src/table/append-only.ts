import { isEnabled } from "../delta/schema/protocol.ts";
import { LakeError } from "../errors.ts";
import type { WriteTarget } from "./commit-actions.ts";

/** @throws LakeError LAKE_UNSUPPORTED_FEATURE where a table takes appends only. */
export function assertMayRemove({ state, store }: WriteTarget, done: string): void {
  if (!isEnabled(state.metadata, "delta.appendOnly")) return;
  throw new LakeError(
    "LAKE_UNSUPPORTED_FEATURE",
    `Table ${store.location} takes appends only (delta.appendOnly), so nothing is ${done}.`,
    {
      hint: 'Set the property "delta.appendOnly" to "false" to change rows.',
      details: { location: store.location, features: ["appendOnly"] },
    },
  );
}
