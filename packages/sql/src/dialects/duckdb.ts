import { type Column, describeType, formatMicros } from "@lakewright/core";
import type { Capabilities, Dialect } from "../dialect.ts";
import { SqlError } from "../errors.ts";
import { id, raw, sql } from "../text.ts";
import { atUtc, deleteUsing, updateFrom, YEARS_1_TO_9999, truncateDay, valuesAs } from "./dml.ts";
import { quoteIdentifier } from "./identifier.ts";
import { literalOf, type LiteralStyle, quotedText } from "./literal.ts";

/** An entry of an index has 122,880 bytes. */
const MAX_KEY_BYTES = 122_000;

const style: LiteralStyle = {
  engine: "DuckDB",
  // The parser ends the statement at U+0000, so that character is put together outside the quotes.
  text: (value) =>
    value.includes("\0")
      ? `(${value.split("\0").map(quotedText).join(" || chr(0) || ")})`
      : quotedText(value),
  bytes: (hex) => `unhex('${hex}')`,
  double: (value) => `CAST('${Object.is(value, -0) ? "-0.0" : String(value)}' AS DOUBLE)`,
  instant: (text) => `TIMESTAMPTZ '${text.replace("T", " ")}+00'`,
};

/** How DuckDB writes SQL. */
export const duckdbDialect: Dialect = {
  name: "duckdb",
  quote: (identifier) => quoteIdentifier("DuckDB", identifier),
  placeholder: (index, parameter) =>
    parameter.type === undefined
      ? `$${index}`
      : `CAST($${index} AS ${duckdbType({ type: parameter.type, nullable: true })})`,
  literal: (value) => literalOf(style, value),
  instantLiteral: (micros) => style.instant(formatMicros(micros)),
  columnType: duckdbType,
  keyType: duckdbType,
  readByRow: ({ type }) =>
    type.kind === "utf8" || type.kind === "oneOf"
      ? raw("USING COMPRESSION uncompressed")
      : undefined,
  keyText: () => ({ most: MAX_KEY_BYTES, unit: "bytes" }),
  isDistinct: (a, b) => sql`${a} IS DISTINCT FROM ${b}`,
  updateFrom,
  deleteUsing,
  truncateDay,
  rowsAs: valuesAs,
  cast: (value, column) => sql`CAST(${value} AS ${raw(duckdbType(column))})`,
  inUtc: atUtc,
  dropTemporaryTable: (name) => sql`DROP TABLE IF EXISTS ${id("temp", "main", name)}`,
  foreignKeyChecks: undefined,
  hashing: undefined,
  currentSchema: raw("current_schema()"),
  primaryKey: (schema, table) =>
    sql`SELECT unnest(constraint_column_names) AS name FROM duckdb_constraints()
WHERE database_name = current_database() AND schema_name = ${schema} AND table_name = ${table} AND constraint_type = 'PRIMARY KEY'`,
  instants: YEARS_1_TO_9999,
  regexMatches: (text, pattern) => sql`${raw("regexp_matches(")}${text}, ${pattern})`,
};

/** What DuckDB can do. */
export const duckdbCapabilities: Capabilities = {
  transactionalDdl: true,
  cascadingForeignKeys: false,
  partialUniqueIndex: false,
  expressionUniqueIndex: true,
  identityColumns: false,
  sequences: true,
  concurrentWriters: false,
  readersDuringWrite: true,
  interruptsStatements: true,
  nonFiniteNumbers: true,
  nulInText: true,
  hashJoins: true,
  fullJoin: true,
  reopensTemporaryTables: true,
  groupingSets: true,
  syntaxTrees: true,
  materializedViews: false,
  partitionedTables: false,
  savepoints: false,
  serializableTransactions: false,
  advisoryLocks: false,
  grants: false,
  rowLevelSecurity: false,
};

function duckdbType(column: Column): string {
  const { type } = column;
  switch (type.kind) {
    case "int8":
      return "TINYINT";
    case "int16":
      return "SMALLINT";
    case "int32":
      return "INTEGER";
    case "int64":
      return "BIGINT";
    case "uint8":
      return "UTINYINT";
    case "uint16":
      return "USMALLINT";
    case "uint32":
      return "UINTEGER";
    case "uint64":
      return "UBIGINT";
    case "float32":
      return "FLOAT";
    case "float64":
      return "DOUBLE";
    case "decimal":
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case "utf8":
    case "oneOf":
      return "VARCHAR";
    case "binary":
      return "BLOB";
    case "bool":
      return "BOOLEAN";
    case "date":
      return "DATE";
    case "timestamp":
      if (type.utc) return "TIMESTAMPTZ";
      return type.unit === "ms" ? "TIMESTAMP_MS" : "TIMESTAMP";
    case "list":
      return `${duckdbType(type.item)}[]`;
    case "struct":
      return `STRUCT(${Object.entries(type.fields)
        .map(([name, field]) => `${duckdbDialect.quote(name)} ${duckdbType(field)}`)
        .join(", ")})`;
    case "map":
      return `MAP(${duckdbType(type.key)}, ${duckdbType(type.value)})`;
    default:
      throw new SqlError("SQL_UNSUPPORTED", `DuckDB has no column type for ${describeType(type)}.`);
  }
}
