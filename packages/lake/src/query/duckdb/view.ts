import type { StoredColumn } from "../../delta/schema/columns.ts";
import type { Layout } from "../../delta/schema/layout.ts";
import type { FileGroup, GroupedFile } from "./file-groups.ts";
import { literal, quoteName, quoteText } from "./sql.ts";
import { asInTable, storedSqlType } from "./stored-column.ts";

/** More partitions than this are joined from a table: a query plan with a part for each would take long to make. */
const MOST_PARTS = 64;
const ROWS_AT_ONCE = 1000;
const DELETED_AT_ONCE = 50_000;

/** A temporary table a view needs. */
export interface SideTable {
  readonly name: string;
  /** What makes and fills it. */
  readonly statements: readonly string[];
}

export interface ViewSql {
  readonly select: string;
  readonly tables: readonly SideTable[];
}

/** Positions of deleted rows by file. */
export type DeletedRows = ReadonlyMap<GroupedFile, Uint32Array>;

/** The query that gives the rows of a table, from files DuckDB reads itself. */
export function viewSql(
  layout: Layout,
  groups: readonly FileGroup[],
  deleted: DeletedRows,
  prefix: string,
): ViewSql {
  const tables: SideTable[] = [];
  const selects: string[] = [];
  const add = (files: readonly GroupedFile[], group: FileGroup, joined: boolean): void => {
    const part: Part = { files, group, number: selects.length, joined };
    selects.push(selectOf(layout, part, deleted, prefix, tables));
  };
  for (const group of groups) {
    const whole = group.files.filter((file) => !deleted.has(file));
    const cut = group.files.filter((file) => deleted.has(file));
    for (const files of [whole, cut]) {
      if (files.length === 0) continue;
      const parts = Map.groupBy(files, ({ constants }) => constants.join(","));
      if (parts.size > MOST_PARTS) add(files, group, true);
      else for (const part of parts.values()) add(part, group, false);
    }
  }
  return { select: selects.length > 0 ? selects.join("\nUNION ALL\n") : emptyOf(layout), tables };
}

interface Part {
  readonly files: readonly GroupedFile[];
  readonly group: FileGroup;
  readonly number: number;
  /** Whether partition values come from a side table. */
  readonly joined: boolean;
}

function selectOf(
  layout: Layout,
  { files, group, number, joined }: Part,
  deleted: DeletedRows,
  prefix: string,
  tables: SideTable[],
): string {
  const inFiles = layout.columns.filter((stored) => !layout.partitions.has(stored.name));
  const sources = new Map(inFiles.map((stored, k) => [stored, `c${k}`]));
  const items = layout.columns.map((stored) => {
    const k = layout.partitionBy.indexOf(stored.name);
    const value =
      k < 0
        ? asInTable(`f.${sources.get(stored)!}`, stored, group.naive.has(stored.physical))
        : joined
          ? `p.p${k}`
          : files[0]!.constants[k]!;
    return `${value} AS ${quoteName(stored.name)}`;
  });
  const clauses: string[] = [];
  if (joined) {
    const name = `${prefix}_p${number}`;
    tables.push({ name, statements: partitionRows(name, layout, files) });
    clauses.push(`JOIN ${quoteName(name)} p ON f.file_index = p.file`);
  }
  if (files.some((file) => deleted.has(file))) {
    const name = `${prefix}_d${number}`;
    tables.push({ name, statements: deletedRows(name, files, deleted) });
    // Not an ANTI JOIN: DuckDB may turn that round, and would hold the rows of the files to look up the deleted ones.
    clauses.push(
      `WHERE (f.file_index, f.file_row_number) NOT IN (SELECT (d.file, d.row) FROM ${quoteName(name)} d)`,
    );
  }
  return `SELECT ${items.join(", ")} FROM ${readParquet(files, group, sources)} f ${clauses.join(" ")}`;
}

function readParquet(
  files: readonly GroupedFile[],
  { naive, byId }: FileGroup,
  sources: ReadonlyMap<StoredColumn, string>,
): string {
  const entries = Array.from(sources, ([stored, name]) => {
    const key = byId ? String(stored.id ?? -1) : quoteText(stored.physical);
    const type = quoteText(storedSqlType(stored, naive.has(stored.physical)));
    return `${key}: {name: '${name}', type: ${type}, default_value: NULL}`;
  });
  const list = files.map(({ address }) => quoteText(address)).join(", ");
  const schema = entries.length === 0 ? "" : `, schema = MAP {${entries.join(", ")}}`;
  return `read_parquet([${list}]${schema}, hive_partitioning = false)`;
}

function partitionRows(name: string, layout: Layout, files: readonly GroupedFile[]): string[] {
  const columns = layout.partitionBy.map((column, k) => {
    const { type } = layout.byName.get(column)!.column;
    return `${literal(type, null)} AS p${k}`;
  });
  const create = `CREATE OR REPLACE TEMP TABLE ${quoteName(name)} AS SELECT CAST(0 AS UBIGINT) AS file, ${columns.join(", ")} WHERE false`;
  const rows = files.map(({ constants }, k) => `(${[k, ...constants].join(", ")})`);
  return [create, ...inserts(name, rows, ROWS_AT_ONCE)];
}

function* inserts(name: string, rows: readonly string[], atOnce: number): Generator<string> {
  for (let from = 0; from < rows.length; from += atOnce) {
    yield `INSERT INTO ${quoteName(name)} VALUES ${rows.slice(from, from + atOnce).join(", ")}`;
  }
}

function deletedRows(name: string, files: readonly GroupedFile[], deleted: DeletedRows): string[] {
  const statements = [`CREATE OR REPLACE TEMP TABLE ${quoteName(name)} (file UBIGINT, row BIGINT)`];
  for (const [k, file] of files.entries()) {
    const rows = deleted.get(file) ?? new Uint32Array(0);
    for (let from = 0; from < rows.length; from += DELETED_AT_ONCE) {
      const list = rows.slice(from, from + DELETED_AT_ONCE).join(", ");
      statements.push(
        `INSERT INTO ${quoteName(name)} SELECT ${k}, unnest(CAST([${list}] AS BIGINT[]))`,
      );
    }
  }
  return statements;
}

function emptyOf({ columns }: Layout): string {
  const items = columns.map(
    (stored) => `${literal(stored.column.type, null)} AS ${quoteName(stored.name)}`,
  );
  return `SELECT ${items.join(", ")} WHERE false`;
}
