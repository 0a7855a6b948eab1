import { LakeError } from "../../errors.ts";
import type { ObjectAddress, Store } from "../../store/store.ts";
import { decodePath, isAbsolute } from "./paths.ts";

/**
 * Where a file is that the log names: relative to the table, or by an address of its own.
 *
 * @throws LakeError LAKE_UNSUPPORTED_FEATURE for an address the store cannot reach.
 */
export function addressOf(store: Store, path: string): ObjectAddress {
  if (!isAbsolute(path)) return { store, path: decodePath(path) };
  const address = store.resolve?.(path.startsWith("/") ? decodePath(path) : path);
  if (address) return address;
  throw new LakeError(
    "LAKE_UNSUPPORTED_FEATURE",
    `The log of ${store.location} names ${path}, which is not in this store.`,
    {
      hint: "Open a store on a folder or bucket that holds both, and move down to the table with at(…).",
      details: { path, features: ["absolute paths outside the store"] },
    },
  );
}
