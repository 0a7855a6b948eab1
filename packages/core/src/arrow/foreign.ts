import { RecordBatch } from "apache-arrow";
import { CoreError } from "../errors.ts";

/**
 * Refuses a batch that another installed copy of apache-arrow made. Such objects look right and read as empty,
 * so they are never taken; their IPC bytes are.
 *
 * @throws CoreError CORE_FOREIGN_ARROW
 */
export function assertBatch(value: unknown): asserts value is RecordBatch {
  if (value instanceof RecordBatch) return;
  const looksLikeArrow =
    typeof value === "object" &&
    value !== null &&
    "schema" in value &&
    ("data" in value || "batches" in value);
  throw new CoreError(
    "CORE_FOREIGN_ARROW",
    looksLikeArrow
      ? "This Arrow object was made by another copy of apache-arrow, or is a Table, not a RecordBatch."
      : "Expected an Arrow RecordBatch.",
    {
      hint: "Pass the batches of a table (`table.batches`), and one copy of apache-arrow (`npm ls apache-arrow`); between copies pass IPC bytes.",
    },
  );
}

/**
 * True for a RecordBatch of any copy of apache-arrow, which {@link assertBatch} then refuses where it is another one.
 * A row may have columns named as the properties of a batch.
 */
export function looksLikeBatch(value: unknown): value is RecordBatch {
  if (value instanceof RecordBatch) return true;
  if (typeof value !== "object" || value === null) return false;
  const { numRows, schema, data } = value as { readonly [name: string]: unknown };
  if (typeof numRows !== "number" || typeof data !== "object" || data === null) return false;
  return (
    typeof schema === "object" &&
    schema !== null &&
    "fields" in schema &&
    Array.isArray(schema.fields)
  );
}

/** True for an Arrow RecordBatch of this copy of apache-arrow. */
export function isBatch(value: unknown): value is RecordBatch {
  return value instanceof RecordBatch;
}
