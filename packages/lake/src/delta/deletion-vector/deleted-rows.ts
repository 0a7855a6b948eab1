import type { Store } from "../../store/store.ts";
import type { DeletionVector } from "../log/actions.ts";
import type { DeletedRows } from "./read.ts";

/** The rows a deletion vector says are gone, read by what is loaded only where a table has one. */
export async function deletedRows(
  store: Store,
  vector: DeletionVector,
  signal?: AbortSignal,
): Promise<DeletedRows> {
  const { readDeletionVector } = await import("./read.ts");
  return readDeletionVector(store, vector, signal);
}
