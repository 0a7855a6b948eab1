import {
  type Column,
  Decimal,
  describeType,
  formatMicros,
  type LogicalType,
} from "@lakewright/core";
import type { Capabilities, Dialect } from "../dialect.ts";
import { SqlError } from "../errors.ts";
import { id, raw, sql } from "../text.ts";
import {
  castToMySql,
  deleteJoined,
  firstDay,
  insertOver,
  selectsAs,
  updateJoined,
  YEARS_1000_TO_9999,
} from "./dml.ts";
import { quoteIdentifier } from "./identifier.ts";
import { literalOf, type LiteralStyle, quotedText } from "./literal.ts";
import { mysqlPattern } from "./mysql-regex.ts";

const MAX_NAME_CHARACTERS = 64;
/** MariaDB has 38. */
const MAX_SCALE = 30;
/** What an index entry may have, less what a few numbers beside the texts take. */
const KEY_BYTES = 3072 - 64;
const BYTES_PER_CHARACTER = 4;
/** What a join may hash in memory, taken as it is needed: a million short members. Writing the rest to files takes longer than the join. */
const HASH_BYTES = 128 * 1024 * 1024;
/** An `oneOf` may be given more values later. */
const ONE_OF_CHARACTERS = 64;

/** Case, accents and trailing blanks tell texts apart. MySQL runs the first comment, MariaDB the second. */
const COLLATED =
  "CHARACTER SET utf8mb4 /*!80017 COLLATE utf8mb4_0900_bin */ /*M! COLLATE utf8mb4_nopad_bin */";

const style: LiteralStyle = {
  engine: "MySQL",
  // A backslash means one thing or another by the sql_mode of the session.
  text: (value) =>
    /[\\\0]/.test(value)
      ? `_utf8mb4 x'${hexOf(storableText(value))}'`
      : quotedText(storableText(value)),
  bytes: (hex) => `x'${hex}'`,
  double: (value) => {
    if (!Number.isFinite(value)) throw infinite(String(value));
    const text = Object.is(value, -0) ? "-0" : String(value);
    return text.includes("e") ? text : `${text}e0`;
  },
  instant: (text) => `TIMESTAMP'${text.replace("T", " ")}'`,
};

/**
 * How MySQL 8.0.19 and later and MariaDB 10.6 and later write SQL, in the sessions of this package: names may also stand
 * in double quotes, and `||` puts texts together. A timestamp is a DATETIME in UTC, with or without a zone.
 */
export const mysqlDialect: Dialect = {
  name: "mysql",
  quote,
  placeholder: (_, parameter) => {
    const type = parameter.type ?? typeOfDecimal(parameter.value);
    return type === undefined
      ? "?"
      : castToMySql(raw("?"), { type, nullable: true }).render(mysqlDialect).text;
  },
  literal: (value) => literalOf(style, value),
  instantLiteral: (micros) => style.instant(formatMicros(micros)),
  columnType: mysqlType,
  keyType,
  keyText: (columns) => ({ most: keyCharacters(columns), unit: "characters" }),
  isDistinct: (a, b) => sql`NOT (${a} <=> ${b})`,
  updateFrom: updateJoined,
  overwrite: insertOver,
  deleteUsing: deleteJoined,
  truncateDay: firstDay,
  rowsAs: selectsAs,
  cast: castToMySql,
  inUtc: (instant) => instant,
  dropTemporaryTable: (name) => sql`DROP TEMPORARY TABLE IF EXISTS ${id(name)}`,
  foreignKeyChecks: (on) => raw(`SET foreign_key_checks = ${on ? 1 : 0}`),
  // MySQL would look up a million rows by their index, at twice the price. MariaDB, which reads no such comments, cannot hash.
  hashing: (index) => ({
    select: raw(`/*+ SET_VAR(join_buffer_size = ${HASH_BYTES}) */`),
    table: raw(`/*!80020 IGNORE INDEX FOR JOIN (${quote(index)}) */`),
  }),
  currentSchema: raw("DATABASE()"),
  primaryKey: (schema, table) =>
    sql`SELECT column_name AS name FROM information_schema.key_column_usage
WHERE table_schema = ${schema} AND table_name = ${table} AND constraint_name = 'PRIMARY'`,
  instants: YEARS_1000_TO_9999,
  regexMatches: (text, pattern) => sql`${text} REGEXP ${mysqlPattern(pattern)}`,
};

/**
 * What MySQL and MariaDB can both do: MySQL has indexes over expressions, MariaDB has sequences and reads a temporary
 * table twice in a statement. A partitioned table of theirs has no foreign keys.
 */
export const mysqlCapabilities: Capabilities = {
  transactionalDdl: false,
  cascadingForeignKeys: true,
  partialUniqueIndex: false,
  expressionUniqueIndex: false,
  identityColumns: false,
  sequences: false,
  concurrentWriters: true,
  readersDuringWrite: true,
  interruptsStatements: true,
  nonFiniteNumbers: false,
  nulInText: true,
  hashJoins: false,
  fullJoin: false,
  reopensTemporaryTables: false,
  groupingSets: false,
  syntaxTrees: false,
  materializedViews: false,
  partitionedTables: false,
  savepoints: true,
  serializableTransactions: true,
  advisoryLocks: true,
  grants: true,
  rowLevelSecurity: false,
};

/**
 * The text, which is Unicode.
 *
 * @throws SqlError SQL_UNSUPPORTED where it has half a surrogate pair.
 */
export function storableText(value: string): string {
  if (value.isWellFormed()) return value;
  throw new SqlError("SQL_UNSUPPORTED", "A text has half a surrogate pair, which is no Unicode.", {
    hint: "Take it out before, or keep the value as binary.",
  });
}

function quote(name: string): string {
  const plain = quoteIdentifier("MySQL", name);
  const problem =
    [...name].length > MAX_NAME_CHARACTERS
      ? `has more than ${MAX_NAME_CHARACTERS} characters`
      : /[\u{10000}-\u{10ffff}]/u.test(name)
        ? "has a character beyond U+FFFF, which no name may have"
        : name.endsWith(" ")
          ? "ends with a blank"
          : undefined;
  if (problem === undefined) {
    return `\`${plain.slice(1, -1).replaceAll('""', '"').replaceAll("`", "``")}\``;
  }
  throw new SqlError(
    "SQL_INVALID_IDENTIFIER",
    `The name ${JSON.stringify(name)} ${problem} (MySQL).`,
    {
      hint: "Identifiers come from table definitions, never from data; rename the table or column.",
      details: { identifier: name, engine: "MySQL" },
    },
  );
}

function mysqlType({ type }: Column): string {
  switch (type.kind) {
    case "int8":
      return "TINYINT";
    case "int16":
      return "SMALLINT";
    case "int32":
      return "INT";
    case "int64":
      return "BIGINT";
    case "uint8":
      return "TINYINT UNSIGNED";
    case "uint16":
      return "SMALLINT UNSIGNED";
    case "uint32":
      return "INT UNSIGNED";
    case "uint64":
      return "BIGINT UNSIGNED";
    case "float32":
      return "FLOAT";
    case "float64":
      return "DOUBLE";
    case "decimal":
      if (type.scale > MAX_SCALE) throw unsupported(type);
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case "utf8":
      return `LONGTEXT ${COLLATED}`;
    case "oneOf": {
      const longest = Math.max(...type.values.map((value) => [...value].length));
      return `VARCHAR(${Math.max(ONE_OF_CHARACTERS, longest)}) ${COLLATED}`;
    }
    case "binary":
      return "LONGBLOB";
    case "bool":
      return "TINYINT(1)";
    case "date":
      return "DATE";
    case "timestamp":
      return `DATETIME(${type.unit === "ms" ? 3 : 6})`;
    default:
      throw unsupported(type);
  }
}

function keyCharacters(columns: number): number {
  return Math.floor(Math.floor(KEY_BYTES / columns) / BYTES_PER_CHARACTER);
}

/** An index entry has so many bytes: a text in a key has a longest length, which longer values are refused by. */
function keyType(column: Column, columns: number): string {
  const bytes = Math.floor(KEY_BYTES / columns);
  switch (column.type.kind) {
    case "utf8":
      return `VARCHAR(${keyCharacters(columns)}) ${COLLATED}`;
    case "binary":
      return `VARBINARY(${bytes})`;
    default:
      return mysqlType(column);
  }
}

/** MySQL would give a decimal that says nothing of itself 30 digits after the point. */
function typeOfDecimal(value: unknown): LogicalType | undefined {
  if (!(value instanceof Decimal) || value.scale > MAX_SCALE) return undefined;
  const digits = String(value.unscaled).replace("-", "").length;
  return { kind: "decimal", precision: Math.max(digits, value.scale, 1), scale: value.scale };
}

function hexOf(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

function infinite(value: string): SqlError {
  return new SqlError("SQL_UNSUPPORTED", `MySQL has no ${value}: a DOUBLE is a finite number.`, {
    hint: "Make it null before.",
  });
}

function unsupported(type: LogicalType): SqlError {
  const hint =
    type.kind === "decimal"
      ? `A DECIMAL has at most ${MAX_SCALE} digits after the point.`
      : "Keep it as JSON text in a utf8 column, or in columns of its own.";
  return new SqlError("SQL_UNSUPPORTED", `MySQL has no column type for ${describeType(type)}.`, {
    hint,
    details: { type: describeType(type) },
  });
}
