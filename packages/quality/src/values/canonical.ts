import {
  type Column,
  CoreError,
  type LogicalType,
  showValue,
  tableFromFields,
  toBatch,
} from "@lakewright/core";
import { BatchView } from "../batch/view.ts";
import { QualityError } from "../errors.ts";
import { type Key, keysOf } from "./keys.ts";

/**
 * The keys of values given for a column of the type, each as the column itself would hold it.
 *
 * @throws QualityError QUALITY_INVALID_CONTRACT for a value the column cannot hold.
 */
export function canonicalKeys(
  subject: string,
  type: LogicalType,
  values: readonly unknown[],
): Set<Key> {
  const column: Column = { type, nullable: false };
  const table = tableFromFields("values", [{ name: "value", column }]);
  try {
    const batch = toBatch(
      table,
      values.map((value) => ({ value })),
    );
    const key = keysOf(new BatchView(table, batch), ["value"]);
    return new Set(Array.from({ length: batch.numRows }, (_, i) => key(i)));
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    throw new QualityError(
      "QUALITY_INVALID_CONTRACT",
      `${subject}: ${showValue(values[error.details["row"] as number])} is no value of the column.`,
      { hint: error.hint, cause: error },
    );
  }
}
