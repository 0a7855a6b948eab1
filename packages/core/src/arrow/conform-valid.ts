import type { RecordBatch } from "apache-arrow";
import { CoreError } from "../errors.ts";
import type { Table } from "../table.ts";
import type { InvalidValue } from "./build.ts";
import { conformBatch, valuesFor } from "./conform.ts";
import { encoderOf } from "./encode/encoder-of.ts";

/** Rows of a batch that fit, and what is wrong with the others. */
export interface ConformedRows {
  /** The rows that fit, in order, in as few batches as leave the others out. */
  readonly parts: readonly { readonly from: number; readonly batch: RecordBatch }[];
  /** Every invalid value of every row left out, ordered by row. */
  readonly invalid: readonly InvalidValue[];
}

/**
 * {@link conformBatch}, for batches of which some rows may not fit: those are left out, and told of.
 *
 * @throws CoreError CORE_SCHEMA_MISMATCH for a missing or unknown column
 */
export function conformValid(table: Table, batch: RecordBatch): ConformedRows {
  try {
    return { parts: [{ from: 0, batch: conformBatch(table, batch) }], invalid: [] };
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    // Of columns, it says the same of no rows.
    conformBatch(table, batch.slice(0, 0));
    const invalid = invalidValues(table, batch);
    if (invalid.length === 0) throw error;
    return { parts: partsWithout(table, batch, new Set(invalid.map(({ row }) => row))), invalid };
  }
}

function invalidValues(table: Table, batch: RecordBatch): InvalidValue[] {
  const found: InvalidValue[] = [];
  batch.schema.fields.forEach(({ name }, k) => {
    const column = table.columns[name]!;
    const values = valuesFor(column, batch.data.children[k]!);
    encoderOf(column, { dictionaries: false, compile: true }).append(
      values,
      values.length,
      (row, value, problem, path = "") => {
        found.push({ row, column: name + path, value, problem });
      },
    );
  });
  return found.sort((a, b) => a.row - b.row);
}

function partsWithout(
  table: Table,
  batch: RecordBatch,
  bad: ReadonlySet<number>,
): ConformedRows["parts"] {
  const parts: { from: number; batch: RecordBatch }[] = [];
  let from = 0;
  for (const end of [...bad].sort((a, b) => a - b).concat(batch.numRows)) {
    if (end > from) parts.push({ from, batch: conformBatch(table, batch.slice(from, end)) });
    from = end + 1;
  }
  return parts;
}
