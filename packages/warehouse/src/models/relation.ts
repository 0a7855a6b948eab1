import {
  type Column,
  type Columns,
  type Field,
  type RowOf,
  showValue,
  type Table,
  tableFromFields,
} from "@lakewright/core";
import type { Dimension } from "../define/dimension.ts";
import type { Fact } from "../define/fact.ts";
import { invalidDefinition } from "../define/names.ts";
import type { AnyRow } from "../define/rows.ts";
import type { StarTable } from "../define/star-table.ts";
import { layoutOf } from "../schema/layout.ts";
import type { Model } from "./model.ts";

/** A table that is there before any model runs. Made by {@link source}. */
export interface Source<C extends Columns = Columns> {
  readonly kind: "source";
  readonly name: string;
  /** Where it is; names of one part are of the engine's current schema. */
  readonly path: readonly string[];
  readonly table: Table<C>;
  readonly description: string | undefined;
  readonly tags: readonly string[];
}

/** What a model may read: a source, a table of a star, another model. */
export type Relation = Source | Model | StarTable;

/**
 * A row of a relation as its readers find it, as far as types know it: of a dimension or fact the stored one, with
 * surrogate keys and validity. `$("name")` of a table gives any other column.
 */
export type StoredRow<R> =
  R extends Source<infer C>
    ? RowOf<C>
    : R extends Model<infer C>
      ? RowOf<C>
      : R extends { readonly kind: "dimension" | "fact"; readonly $row: infer Row }
        ? Row
        : AnyRow;

/** What the docs page says of a source, and what selects it. */
export interface SourceOptions {
  /** What the source is, for the docs page. Default none. */
  readonly description?: string | undefined;
  /** Names to select by: `tag:daily`. Default none. */
  readonly tags?: readonly string[] | undefined;
}

/**
 * Says where a table is that models read: one of core's definitions, or a dimension or fact of a star.
 *
 * @param path - default: the table's name, in the engine's current schema
 */
export function source<C extends Columns>(
  table: Table<C> | Dimension<C> | Fact<C>,
  path: string | readonly string[] = (table as Partial<Table> | undefined)?.name ?? "",
  options: SourceOptions = {},
): Source<C> {
  if (!(Object(table) as object).hasOwnProperty("name")) {
    throw invalidDefinition(
      `The table of a source is ${showValue(table)}, which is no definition.`,
      'Give what defineTable(…), dimension(…) or fact(…) made, then where it is: source(orders, "erp_orders").',
    );
  }
  const definition = "kind" in table ? starColumns(table) : table;
  return Object.freeze({
    kind: "source",
    name: table.name,
    path: typeof path === "string" ? [path] : [...path],
    table: definition as Table<C>,
    description: options.description,
    tags: options.tags ?? [],
  });
}

/** The columns of a relation as they are stored. */
export function relationTable(relation: Relation): Table {
  return relation.kind === "model" || relation.kind === "source"
    ? relation.table
    : starColumns(relation);
}

/** A dimension or fact as it is stored: with surrogate keys, validity and the marks of the loader. */
function starColumns(table: Dimension | Fact): Table {
  const fields: readonly Field[] = layoutOf(table).columns;
  return tableFromFields(table.name, fields);
}

/** The stored column of that name; undefined where there is none. */
export function columnIn(relation: Relation, name: string): Column | undefined {
  const { columns } = relationTable(relation);
  return Object.hasOwn(columns, name) ? columns[name] : undefined;
}
