import type { Field } from "@lakewright/core";
import { id, joinSql, raw, type Sql, sql } from "@lakewright/sql";
import type { StarTable } from "../../define/star-table.ts";
import { columnType, type Writer } from "../create.ts";
import { layoutOf } from "../layout.ts";
import { compareColumns, type Described } from "./compare.ts";

/** What a table that is there needs to be as defined. */
export interface TableMigration {
  /** Statements that add columns. */
  readonly add: readonly Sql[];
  /** What no column that is added would settle. */
  readonly refused: readonly string[];
  /** All of it in words. */
  readonly differences: readonly string[];
}

/**
 * Compares a table that is there with its definition.
 *
 * @param before - the definition it was made with
 * @param described - the table, and what it should be
 */
export function migrationOf(
  writer: Writer,
  table: StarTable,
  before: string | undefined,
  described: Described,
): TableMigration {
  if (before === undefined) {
    const foreign = ["it was not made by a warehouse"];
    return { add: [], refused: foreign, differences: foreign };
  }
  const layout = layoutOf(table);
  const { missing, others } = compareColumns(layout, described);
  const addable = missing.filter((field) => isAddable(table, field));
  const definition = definitionOf(table);
  const columns = [...missing.map(({ name }) => `"${name}" is missing`), ...others];
  const kind =
    before === definition ? [] : [`it was made as ${before}, and is defined as ${definition}`];
  return {
    add: addable.map((field) => addColumn(writer, table, field)),
    refused: [
      ...missing
        .filter((field) => !addable.includes(field))
        .map(({ name }) => `"${name}" is missing, and its rows would need a value`),
      ...others,
      ...kind,
    ],
    differences: [...columns, ...kind],
  };
}

/** What the columns do not show, as text. */
export function definitionOf(table: StarTable): string {
  return JSON.stringify(
    table.kind === "fact"
      ? { kind: "fact", grain: table.grain, factKind: table.factKind }
      : { kind: "dimension", versioning: table.versioning, key: table.key },
  );
}

/** Rows that are there have nothing in a new column; those of a calendar or a clock are never looked at again. */
function isAddable(table: StarTable, { name, column }: Field): boolean {
  if (layoutOf(table).defaults.has(name)) return true;
  if (table.kind === "fact") return column.nullable;
  const isFilled = table.days !== undefined || table.clock !== undefined;
  return !isFilled && table.input.columns[name]?.nullable === true;
}

/** Without NOT NULL, which DuckDB takes for no column that is added. */
function addColumn(writer: Writer, table: StarTable, field: Field): Sql {
  const layout = layoutOf(table);
  const value = layout.defaults.get(field.name);
  const parts = [id(field.name), raw(columnType(writer, layout, field))];
  if (value !== undefined) parts.push(raw(`DEFAULT ${value}`));
  return sql`ALTER TABLE ${writer.place.id(table.name)} ADD COLUMN ${joinSql(parts, " ")}`;
}
