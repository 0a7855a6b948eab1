import type { AddFile } from "../log/actions.ts";
import type { StoredColumn } from "../schema/columns.ts";
import { partitionValue } from "./value.ts";

/**
 * The value of a partition column in the rows of a file. The log names it by physical name; writers that did not mind
 * the case of letters are understood.
 *
 * @throws LakeError LAKE_CORRUPT_LOG where the text in the log is no value of the column.
 */
export function partitionValueOf(
  file: Pick<AddFile, "partitionValues">,
  stored: StoredColumn,
): unknown {
  const { partitionValues: values } = file;
  const wanted = stored.physical.toLowerCase();
  const key = Object.hasOwn(values, stored.physical)
    ? stored.physical
    : Object.keys(values).find((name) => name.toLowerCase() === wanted);
  return partitionValue(stored.column.type, key === undefined ? null : values[key], stored.name);
}
