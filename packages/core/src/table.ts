import { CoreError } from "./errors.ts";
import { showValue } from "./values/show.ts";
import type { Column, Columns, RowInputOf, RowOf } from "./types/column.ts";

/** A named column, as `Table.fields` lists them. */
export interface Field {
  readonly name: string;
  readonly column: Column;
}

/**
 * The one definition everything else is made from: row types, validation, Arrow, Parquet, Delta and SQL schemas,
 * quality contracts.
 */
export interface Table<C extends Columns = Columns> {
  readonly name: string;
  readonly columns: C;
  /** The columns in order. */
  readonly fields: readonly Field[];
}

/** The row a table gives: `type Transaction = Row<typeof transactions>`. */
export type Row<T extends Table> = RowOf<T["columns"]>;

/** The row a table takes: nullable columns may be left out, exact values may be given as text. */
export type RowInput<T extends Table> = RowInputOf<T["columns"]>;

/**
 * Describes a table once.
 *
 * @throws CoreError CORE_INVALID_TABLE where the name is empty, there is no column, or two column names differ only by case.
 */
export function defineTable<const C extends Columns>(name: string, columns: C): Table<C> {
  return tableFromFields(
    name,
    Object.entries(columns).map(([column, definition]) => ({ name: column, column: definition })),
  ) as Table<C>;
}

/** A table of columns in a given order, for names that a JavaScript object would sort (such as "2", "1"). */
export function tableFromFields(name: string, fields: readonly Field[]): Table {
  if (name === "") throw invalid("A table needs a name.");
  if (fields.length === 0) throw invalid(`Table "${name}" has no columns.`);
  const seen = new Map<string, string>();
  for (const { name: column, column: definition } of fields) {
    if (column === "") throw invalid(`Table "${name}" has a column without a name.`);
    if (!column.isWellFormed()) {
      throw invalid(
        `Table "${name}" has a column named ${showValue(column)}, which is no Unicode.`,
      );
    }
    if (typeof (definition as Partial<Column> | null | undefined)?.type?.kind !== "string") {
      throw invalid(
        `Column "${column}" of table "${name}" is ${showValue(definition)}, which is no column.`,
        "Columns are made by int64(), utf8(), nullable(…) and their like.",
      );
    }
    const twin = seen.get(column.toLowerCase());
    if (twin !== undefined) {
      throw invalid(
        `Columns "${twin}" and "${column}" of table "${name}" differ only by case.`,
        "Rename one: Delta, MySQL and most SQL engines compare column names without case.",
      );
    }
    seen.set(column.toLowerCase(), column);
  }
  return Object.freeze({
    name,
    columns: Object.freeze(Object.fromEntries(fields.map((field) => [field.name, field.column]))),
    fields: Object.freeze(fields.map((field) => Object.freeze({ ...field }))),
  });
}

/**
 * The column of that name.
 *
 * @throws CoreError CORE_SCHEMA_MISMATCH where the table has none; the message lists the columns it has.
 */
export function columnOf(table: Table, name: string): Column {
  const column = Object.hasOwn(table.columns, name) ? table.columns[name] : undefined;
  if (column) return column;
  throw new CoreError("CORE_SCHEMA_MISMATCH", `Table "${table.name}" has no column "${name}".`, {
    hint: `Its columns are ${table.fields.map((field) => field.name).join(", ")}.`,
    details: { table: table.name, column: name },
  });
}

/** A table of some of the columns, in the order given. */
export function selectColumns(table: Table, names: readonly string[]): Table {
  return tableFromFields(
    table.name,
    names.map((name) => ({ name, column: columnOf(table, name) })),
  );
}

/** The table with more columns at its end. */
export function extendTable<C extends Columns, const D extends Columns>(
  table: Table<C>,
  columns: D,
  name: string = table.name,
): Table<C & D> {
  for (const column of Object.keys(columns)) {
    if (Object.hasOwn(table.columns, column)) {
      throw invalid(`Table "${table.name}" already has a column "${column}".`);
    }
  }
  return defineTable(name, { ...table.columns, ...columns });
}

function invalid(message: string, hint?: string): CoreError {
  return new CoreError("CORE_INVALID_TABLE", message, { hint });
}
