import type { Data, RecordBatch } from "apache-arrow";
import type { Table } from "../table.ts";
import type { InvalidValue, ValidRows } from "./build.ts";
import { validityOf } from "./column-reader.ts";
import { conformColumns, encoded, fitsAsIs } from "./conform.ts";
import { MISSING, type Report } from "./encode/encoder.ts";
import { rowsExcept, selectRows } from "./select.ts";

/**
 * {@link conformBatch}, for batches of which some rows may not fit: those are left out, and told of. As
 * {@link BatchBuilder.buildValid} does for rows.
 *
 * @throws CoreError CORE_SCHEMA_MISMATCH for a missing or unknown column
 */
export function conformValid(table: Table, batch: RecordBatch): ValidRows {
  const invalid: InvalidValue[] = [];
  const all = conformColumns(table, batch, ({ name, column }, data) => {
    const report: Report = (row, value, problem, path = "") => {
      invalid.push({ row, column: name + path, value, problem });
    };
    if (!fitsAsIs(column, data)) return encoded(column, data, report);
    if (!column.nullable && data.nullCount > 0) reportNulls(data, report);
    return data;
  });
  if (invalid.length === 0) return { batch: all, invalid };
  invalid.sort((a, b) => a.row - b.row);
  const bad = new Set(invalid.map(({ row }) => row));
  return { batch: selectRows(all, rowsExcept(all.numRows, bad)), invalid };
}

function reportNulls(data: Data, report: Report): void {
  const isValid = validityOf(data);
  for (let row = 0; row < data.length; row++) if (!isValid(row)) report(row, null, MISSING);
}
