import { columnOf, CoreError, type Field, integerRange, type Table } from "@lakewright/core";
import type { Dialect } from "./dialect.ts";
import { assertDefinition } from "./shared/given.ts";
import { assertKnownOptions } from "./shared/options.ts";
import { toPath } from "./shared/target.ts";
import { id, joinSql, raw, type Sql, sql } from "./text.ts";

export interface CreateTableOptions {
  /** Leave a table of that name as it is. Default false: the statement fails. */
  readonly ifNotExists?: boolean | undefined;
  /** Only this session has it, until its end. Default false. */
  readonly temporary?: boolean | undefined;
  /** Columns of the primary key, in order. Default none. */
  readonly primaryKey?: readonly string[] | undefined;
  /**
   * Also CHECK what the engine's type lets through: the values of a `oneOf`, the range of an unsigned integer on an
   * engine without such types. Default false: what is loaded is checked by its definition already.
   */
  readonly checks?: boolean | undefined;
}

const OPTIONS: readonly (keyof CreateTableOptions)[] = [
  "ifNotExists",
  "temporary",
  "primaryKey",
  "checks",
];

/**
 * The CREATE TABLE statement of a definition.
 *
 * @throws CoreError CORE_SCHEMA_MISMATCH where the primary key names no column; CORE_INVALID_OPTION where an option is
 * unknown.
 */
export function createTable(
  dialect: Dialect,
  path: string | readonly string[],
  table: Table,
  options: CreateTableOptions = {},
): Sql {
  if (typeof (dialect as Partial<Dialect> | undefined)?.columnType !== "function") {
    throw new CoreError("CORE_INVALID_OPTION", `The dialect of createTable() is none.`, {
      hint: "Give the dialect of the engine first: createTable(engine.dialect, …).",
    });
  }
  const target = toPath(path);
  assertDefinition("createTable()", table);
  assertKnownOptions("createTable()", options, OPTIONS);
  const { primaryKey = [] } = options;
  const definitions = table.fields.map((field) => columnDefinition(dialect, field, options));
  if (primaryKey.length > 0) {
    for (const column of primaryKey) columnOf(table, column);
    definitions.push(sql`PRIMARY KEY (${joinSql(primaryKey.map((name) => id(name)))})`);
  }
  return sql`CREATE ${raw(options.temporary ? "TEMPORARY " : "")}TABLE ${raw(
    options.ifNotExists ? "IF NOT EXISTS " : "",
  )}${id(...target)} (
  ${joinSql(definitions, ",\n  ")}
)`;
}

function columnDefinition(dialect: Dialect, field: Field, options: CreateTableOptions): Sql {
  const { name, column } = field;
  const { primaryKey = [] } = options;
  const type = primaryKey.includes(name)
    ? dialect.keyType(column, primaryKey.length)
    : dialect.columnType(column);
  const parts = [sql`${id(name)} ${raw(type)}`];
  if (!column.nullable) parts.push(raw("NOT NULL"));
  const check = options.checks ? checkOf(dialect, field) : undefined;
  if (check) parts.push(sql`CHECK (${check})`);
  return joinSql(parts, " ");
}

function checkOf(dialect: Dialect, { name, column: { type } }: Field): Sql | undefined {
  switch (type.kind) {
    case "oneOf":
      return sql`${id(name)} IN (${raw(type.values.map((value) => dialect.literal(value)).join(", "))})`;
    case "uint8":
    case "uint16":
    case "uint32":
      return sql`${id(name)} BETWEEN 0 AND ${raw(String(integerRange[type.kind][1]))}`;
    case "uint64":
      return sql`${id(name)} BETWEEN 0 AND 18446744073709551615`;
    default:
      return undefined;
  }
}
