import {
  type Column,
  defineTable,
  extendTable,
  int64,
  nullable,
  type Table,
  utf8,
} from "@lakewright/core";
import { createTable, type Dialect, id, joinSql, raw, sql, type Sql } from "@lakewright/sql";
import type { Fact } from "../../define/fact.ts";
import type { StarTable } from "../../define/star-table.ts";
import type { Writer } from "../../schema/create.ts";
import { columnList } from "../../sql-text.ts";
import type { Step } from "../../step.ts";
import { PROBLEM, ROW, STAGE } from "../temporary-tables.ts";
import type { RejectReason } from "./rejects.ts";

/** The rows of a load as they are sent: the input, and the number of each. */
export function stagedTable(input: Table): Table {
  return extendTable(input, { [ROW]: int64() as Column }, STAGE);
}

/**
 * Makes the staging table: the rows, and what is wrong with them.
 *
 * @param nulls - whether any column takes nulls, for rows that are looked at once they are in it
 */
export function createStage(
  writer: Writer,
  table: StarTable,
  { nulls = false }: { readonly nulls?: boolean } = {},
): Step[] {
  const input = nulls ? nullableTable(table.input) : table.input;
  const rows = extendTable(stagedTable(input), { [PROBLEM]: nullable(utf8()) as Column });
  const index = table.kind === "fact" ? [ROW] : [...table.key, ROW];
  return createTemporary(writer, "stage", STAGE, rows, index, indexedColumns(table));
}

function nullableTable({ name, fields }: Table): Table {
  const loose = fields.map(({ name: column, column: definition }): [string, Column] => [
    column,
    definition.nullable ? definition : nullable(definition),
  ]);
  return defineTable(name, Object.fromEntries(loose));
}

/** The stored columns of a fact that name its rows among those of one load. */
export function grainWithin(fact: Fact): readonly string[] {
  return fact.snapshot ? fact.grain.slice(2) : fact.grain;
}

/** The columns of the rows that are in an index once they are stored, and how many columns the largest has. */
export function indexedColumns(table: StarTable): ReadonlyMap<string, number> {
  if (table.kind === "dimension") {
    return new Map(table.key.map((name) => [name, table.key.length]));
  }
  const columns = new Map<string, number>();
  for (const index of [...table.roles.map(({ from }) => from), table.grain]) {
    for (const name of index) {
      columns.set(name, Math.max(index.length, columns.get(name) ?? 0));
    }
  }
  return columns;
}

/**
 * Makes a temporary table. Where a transaction does not undo that, one that a load left behind when it failed is removed
 * before.
 *
 * @param index - columns others join it by, where an engine needs an index for that
 * @param keys - columns whose texts are no longer than an index of so many columns takes them
 */
export function createTemporary(
  { dialect, capabilities }: Pick<Writer, "dialect" | "capabilities">,
  what: string,
  name: string,
  table: Table,
  index: readonly string[] = [],
  keys: ReadonlyMap<string, number> = new Map(index.map((column) => [column, index.length])),
): Step[] {
  const create: Step = {
    name: what,
    sql:
      keys.size === 0 || capabilities.hashJoins
        ? createTable(dialect, name, table, { temporary: true })
        : createIndexed(dialect, name, table, index, keys),
  };
  return capabilities.transactionalDdl ? [create] : [dropTemporary(dialect, name), create];
}

/** More columns as long as a key may be do not fit into a row of MySQL. */
const MOST_KEYS = 16;

/** Keys have the type they are stored with: MySQL sorts, groups and joins by a text of any length far slower. */
function createIndexed(
  dialect: Dialect,
  name: string,
  table: Table,
  index: readonly string[],
  keys: ReadonlyMap<string, number>,
): Sql {
  const short = new Map([...keys].slice(0, MOST_KEYS));
  const columns = table.fields.map(({ name: column, column: definition }) => {
    const beside = short.get(column);
    const type =
      beside === undefined ? dialect.columnType(definition) : dialect.keyType(definition, beside);
    return sql`${id(column)} ${raw(definition.nullable ? type : `${type} NOT NULL`)}`;
  });
  // With their numbers, rows differ: stored in the order of that index, they need none besides.
  const differs = index.includes(ROW) && index.every((column) => !table.columns[column]!.nullable);
  const kind = raw(differs ? "PRIMARY KEY" : "INDEX");
  const parts = columnList(index);
  const indexes = index.length === 0 ? [] : [sql`${kind} (${parts})`];
  return sql`CREATE TEMPORARY TABLE ${id(name)} (
  ${joinSql([...columns, ...indexes], ",\n  ")}
)`;
}

export function dropTemporary(dialect: Dialect, name: string): Step {
  return { name: `drop ${name}`, sql: dialect.dropTemporaryTable(name) };
}

/** Sets the reason on rows of a temporary table that the condition holds for. */
export function setProblem(
  dialect: Dialect,
  table: string,
  reason: RejectReason,
  from: Sql,
  where: Sql,
): Sql {
  return dialect.updateFrom({
    target: id(table),
    alias: table,
    set: [[PROBLEM, sql`${reason}`]],
    from,
    where,
  });
}
