import { type Column, describeType, formatMicros, type LogicalType } from "@lakewright/core";
import type { Capabilities, Dialect } from "../dialect.ts";
import { SqlError } from "../errors.ts";
import { id, raw, sql } from "../text.ts";
import { atUtc, deleteUsing, updateFrom, YEARS_1_TO_9999, truncateDay, valuesAs } from "./dml.ts";
import { quoteIdentifier } from "./identifier.ts";
import { literalOf, type LiteralStyle, quotedText } from "./literal.ts";
import { postgresPattern } from "./regex.ts";

/** NAMEDATALEN - 1: longer names are cut, silently. */
const MAX_NAME_BYTES = 63;

/** An entry of a B-tree has 2,704 bytes, a few of which are not the text's. It compresses texts first, but not all give way. */
const MAX_KEY_BYTES = 2_600;

const style: LiteralStyle = {
  engine: "Postgres",
  text: (value) => quotedText(storableText(value)),
  bytes: (hex) => `CAST('\\x${hex}' AS BYTEA)`,
  double: (value) => `CAST('${Object.is(value, -0) ? "-0.0" : String(value)}' AS DOUBLE PRECISION)`,
  instant: (text) => `TIMESTAMPTZ '${text.replace("T", " ")}+00'`,
};

/** How Postgres writes SQL. Text is as with `standard_conforming_strings = on`, its default. */
export const postgresDialect: Dialect = {
  name: "postgres",
  quote: (identifier) => quoteIdentifier("Postgres", identifier, MAX_NAME_BYTES),
  placeholder: (index, parameter) =>
    parameter.type === undefined
      ? `$${index}`
      : `CAST($${index} AS ${postgresType({ type: parameter.type, nullable: true })})`,
  literal: (value) => literalOf(style, value),
  instantLiteral: (micros) => style.instant(formatMicros(micros)),
  columnType: postgresType,
  keyType: postgresType,
  keyText: (columns) => ({ most: Math.floor(MAX_KEY_BYTES / columns), unit: "bytes" }),
  isDistinct: (a, b) => sql`${a} IS DISTINCT FROM ${b}`,
  updateFrom,
  deleteUsing,
  truncateDay,
  rowsAs: valuesAs,
  cast: (value, column) => sql`CAST(${value} AS ${raw(postgresType(column))})`,
  inUtc: atUtc,
  dropTemporaryTable: (name) => sql`DROP TABLE IF EXISTS ${id("pg_temp", name)}`,
  foreignKeyChecks: undefined,
  hashing: undefined,
  currentSchema: raw("current_schema()"),
  // The rows of tables that inherit from one are among its own, under keys of theirs.
  primaryKey: (schema, table) =>
    sql`SELECT a.attname::text AS name FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
WHERE i.indisprimary AND n.nspname = ${schema} AND c.relname = ${table}
AND (c.relkind = 'p' OR NOT EXISTS (SELECT 1 FROM pg_catalog.pg_inherits h WHERE h.inhparent = c.oid))`,
  instants: YEARS_1_TO_9999,
  regexMatches: (text, pattern) => sql`${text} ~ ${postgresPattern(pattern)}`,
};

/** What Postgres can do. */
export const postgresCapabilities: Capabilities = {
  transactionalDdl: true,
  cascadingForeignKeys: true,
  partialUniqueIndex: true,
  expressionUniqueIndex: true,
  identityColumns: true,
  sequences: true,
  concurrentWriters: true,
  readersDuringWrite: true,
  interruptsStatements: true,
  nonFiniteNumbers: true,
  nulInText: false,
  hashJoins: true,
  fullJoin: true,
  reopensTemporaryTables: true,
  groupingSets: true,
  syntaxTrees: false,
  materializedViews: true,
  partitionedTables: true,
  savepoints: true,
  serializableTransactions: true,
  advisoryLocks: true,
  grants: true,
  rowLevelSecurity: true,
};

/** What Postgres in the process, with one session and no signals, can do. */
export const pgliteCapabilities: Capabilities = {
  ...postgresCapabilities,
  concurrentWriters: false,
  readersDuringWrite: false,
  interruptsStatements: false,
  advisoryLocks: false,
};

/**
 * The text, which Postgres can hold.
 *
 * @throws SqlError SQL_UNSUPPORTED where it has U+0000 or half a surrogate pair.
 */
export function storableText(value: string): string {
  const problem = value.includes("\0")
    ? "the character U+0000"
    : value.isWellFormed()
      ? undefined
      : "half a surrogate pair";
  if (problem === undefined) return value;
  throw new SqlError("SQL_UNSUPPORTED", `A text has ${problem}, which Postgres cannot hold.`, {
    hint: "Take it out before, or keep the value as binary.",
  });
}

function postgresType({ type }: Column): string {
  switch (type.kind) {
    case "int8":
    case "int16":
    case "uint8":
      return "SMALLINT";
    case "int32":
    case "uint16":
      return "INTEGER";
    case "int64":
    case "uint32":
      return "BIGINT";
    case "uint64":
      return "NUMERIC(20, 0)";
    case "float32":
      return "REAL";
    case "float64":
      return "DOUBLE PRECISION";
    case "decimal":
      return `NUMERIC(${type.precision}, ${type.scale})`;
    case "utf8":
    case "oneOf":
      return "TEXT";
    case "binary":
      return "BYTEA";
    case "bool":
      return "BOOLEAN";
    case "date":
      return "DATE";
    case "timestamp":
      return `${type.utc ? "TIMESTAMPTZ" : "TIMESTAMP"}${type.unit === "ms" ? "(3)" : ""}`;
    case "list":
      // An array of arrays is one array of two dimensions, all rows of it of one length.
      if (type.item.type.kind === "list") throw unsupported(type);
      return `${postgresType(type.item)}[]`;
    default:
      throw unsupported(type);
  }
}

function unsupported(type: LogicalType): SqlError {
  return new SqlError("SQL_UNSUPPORTED", `Postgres has no column type for ${describeType(type)}.`, {
    hint: "Keep it as JSON text in a utf8 column, or in columns of its own.",
    details: { type: describeType(type) },
  });
}
