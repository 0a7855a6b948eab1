import { LakeError } from "../../errors.ts";

/** A null in a column that takes none. */
export function nullInRequired(column: string): LakeError {
  return new LakeError(
    "LAKE_SCHEMA_MISMATCH",
    `Column "${column}" has a null, and it is not nullable.`,
    {
      hint: "Make the column nullable, or conform the batch to the table first (`conformBatch`).",
      details: { column },
    },
  );
}
