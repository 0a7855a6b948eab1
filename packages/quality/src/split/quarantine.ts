import {
  type Columns,
  type ColumnValue,
  extendTable,
  int64,
  list,
  type Table,
  tableFromFields,
  utf8,
  type Column,
} from "@lakewright/core";
import { relaxedColumn } from "../values/family.ts";

/** The columns of a table as rejected rows may have them: any may be null. */
export type RelaxedColumns<C extends Columns> = {
  readonly [K in keyof C]: Column<ColumnValue<C[K]> | null>;
};

/** What a rejected row has besides its own columns. */
export type RejectedColumns = {
  /** Position of the row in the data, from 0. */
  readonly _row: Column<bigint, bigint | number>;
  /** Ids of the checks it failed. */
  readonly _checks: Column<readonly string[]>;
  /** Why, one reason a check, in the same order. */
  readonly _reasons: Column<readonly string[]>;
};

/**
 * The table rejected rows are kept in: the columns of the table, each nullable and a `oneOf` plain text (a row may be
 * rejected for just that), then `_row`, `_checks` and `_reasons`.
 *
 * @param name - default: the table's name and "_rejected"
 * @throws CoreError CORE_INVALID_TABLE where the table has a column of one of those names.
 */
export function quarantineTable<C extends Columns>(
  table: Table<C>,
  name: string = `${table.name}_rejected`,
): Table<RelaxedColumns<C> & RejectedColumns> {
  const relaxed = tableFromFields(
    table.name,
    table.fields.map((field) => ({ name: field.name, column: relaxedColumn(field.column) })),
  );
  return extendTable(
    relaxed,
    { _row: int64(), _checks: list(utf8()), _reasons: list(utf8()) },
    name,
  ) as unknown as Table<RelaxedColumns<C> & RejectedColumns>;
}
