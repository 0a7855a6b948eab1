import { LakeError } from "../errors.ts";
import type { StoreCapabilities } from "./store.ts";

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
