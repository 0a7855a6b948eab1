import { LakeError } from "../errors.ts";
import type { Store, StoreCapabilities } from "./store.ts";

export const ALL: StoreCapabilities = { write: true, putIfAbsent: true, list: true };

/** The error of a write to a store that only reads. */
export function readOnly(location: string, path: string): LakeError {
  return new LakeError(
    "LAKE_STORE_PERMISSION",
    `Could not write ${path} in ${location}: this store only reads.`,
    {
      hint: "Write through a store that can: localStore, s3Store, azureStore, opfsStore or memoryStore.",
      details: { path, location },
    },
  );
}

/**
 * Refuses a store that says it cannot commit, before anything is written to it.
 *
 * @throws LakeError LAKE_STORE_PERMISSION where it only reads, LAKE_STORE_UNSAFE where it has no `putIfAbsent` to rely on.
 */
export function assertCommits({ location, capabilities = ALL }: Store): void {
  if (!capabilities.write) throw readOnly(location, "a commit");
  if (capabilities.putIfAbsent) return;
  throw new LakeError(
    "LAKE_STORE_UNSAFE",
    `The store ${location} lets two writers create one object: commits would be lost.`,
    {
      hint: "Write to tables through a store with an atomic putIfAbsent; reading is not affected.",
      details: { location },
    },
  );
}
