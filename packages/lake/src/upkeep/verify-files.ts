import type { AddFile } from "../delta/log/actions.ts";
import { addressOf } from "../delta/data-files/address.ts";
import { vectorPath } from "../delta/deletion-vector/read.ts";
import type { TableState } from "../delta/log/load.ts";
import { decodePath, isAbsolute } from "../delta/data-files/paths.ts";
import { LOG } from "../delta/log/log-files.ts";
import type { ObjectInfo, Store } from "../store/store.ts";
import type { Note } from "./verify-commits.ts";

/** The data files of a version that are there with the size the log says. */
export async function presentFiles(
  store: Store,
  state: TableState,
  note: Note,
  signal: AbortSignal | undefined,
): Promise<readonly AddFile[]> {
  const sizes = new Map<string, number>();
  for await (const { path, size } of store.list("")) {
    signal?.throwIfAborted();
    if (!path.startsWith(LOG)) sizes.set(path, size);
  }
  const sizeOf = async (path: string): Promise<number | undefined> => {
    if (!isAbsolute(path)) return sizes.get(decodePath(path));
    const address = addressOf(store, path);
    return (await address.store.head(address.path))?.size;
  };
  const physical = state.metadata.partitionColumns.length;
  const present: AddFile[] = [];
  for (const file of state.files.values()) {
    signal?.throwIfAborted();
    const { path, deletionVector, size } = file;
    const found = await sizeOf(path);
    if (found === undefined) note("missing-file", path, "The log names it, and it is not there.");
    else if (found !== size)
      note("wrong-size", path, `It has ${found} bytes, the log says ${size}.`);
    if (Object.keys(file.partitionValues).length !== physical) {
      note("wrong-partition-values", path, `The table has ${physical} partition columns.`);
    }
    if (found === size && (await hasVector(deletionVector, sizeOf))) present.push(file);
    else if (found === size) {
      note("missing-deletion-vector", path, "Its deletion vector is not there.");
    }
  }
  return present;
}

async function hasVector(
  vector: AddFile["deletionVector"],
  sizeOf: (path: string) => Promise<ObjectInfo["size"] | undefined>,
): Promise<boolean> {
  if (!vector || vector.storageType === "i") return true;
  return (await sizeOf(vectorPath(vector))) !== undefined;
}
