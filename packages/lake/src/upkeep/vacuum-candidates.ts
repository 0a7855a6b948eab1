import { LOG } from "../delta/log/log-files.ts";

/** Folders that begin with "_" and are the table's all the same. */
const OWN = ["_delta_index", "_change_data"];

/** Whether an unfinished file is in a folder of the table or its log. */
export function isOwnLeftover(path: string, partitionColumns: readonly string[]): boolean {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  return folder.startsWith(LOG) || !isForeign(folder, partitionColumns);
}

/**
 * Whether a path is none of the table's business: it, or a folder it is in, has a name that begins with "_" or ".".
 * Folders of partition columns of such names are the table's. Source: DeltaTableUtils.isHiddenDirectory of delta-io/delta.
 */
export function isForeign(path: string, partitionColumns: readonly string[]): boolean {
  return path
    .split("/")
    .some(
      (name) =>
        (name.startsWith("_") || name.startsWith(".")) &&
        !OWN.some((own) => name.startsWith(own)) &&
        !partitionColumns.some((column) => name.startsWith(`${column}=`)),
    );
}
