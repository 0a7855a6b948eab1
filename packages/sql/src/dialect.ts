import type { Column } from "@lakewright/core";
import type { Parameter, Sql } from "./text.ts";

export type DialectName = "duckdb" | "postgres" | "mysql";

/** What an engine can do; a package asks here, never by name. */
export interface Capabilities {
  /** CREATE and DROP roll back with their transaction. */
  readonly transactionalDdl: boolean;
  /** Foreign keys with ON DELETE CASCADE. */
  readonly cascadingForeignKeys: boolean;
  /** A unique index over part of the rows (WHERE …). */
  readonly partialUniqueIndex: boolean;
  /** A unique index over an expression. */
  readonly expressionUniqueIndex: boolean;
  /** GENERATED … AS IDENTITY; else a sequence is the default of the column. */
  readonly identityColumns: boolean;
  /** CREATE SEQUENCE; an engine with neither numbers a column by AUTO_INCREMENT. */
  readonly sequences: boolean;
  /** Several sessions may write at once. */
  readonly concurrentWriters: boolean;
  /** The engine's own queries run while a transaction of it is open, and see what was before it. */
  readonly readersDuringWrite: boolean;
  /** An abort stops a statement while it runs; else only between two batches, or two statements. */
  readonly interruptsStatements: boolean;
  /** Text may have U+0000 in it. */
  readonly nulInText: boolean;
  /** A floating-point column may hold NaN and infinities. */
  readonly nonFiniteNumbers: boolean;
  /** Two large tables are joined fast without an index; else (MariaDB as it comes) every pair of rows is looked at. */
  readonly hashJoins: boolean;
  /** FULL JOIN. */
  readonly fullJoin: boolean;
  /** One statement may read a temporary table more than once. */
  readonly reopensTemporaryTables: boolean;
  /** GROUPING SETS, CUBE and GROUPING(). */
  readonly groupingSets: boolean;
  /** A query as its syntax tree: json_serialize_sql() of DuckDB, whose tree is not like that of others. */
  readonly syntaxTrees: boolean;
  /** CREATE MATERIALIZED VIEW. */
  readonly materializedViews: boolean;
  /** Tables partitioned by the range of a column, which may have foreign keys. */
  readonly partitionedTables: boolean;
  /** SAVEPOINT and ROLLBACK TO. */
  readonly savepoints: boolean;
  /** Isolation level SERIALIZABLE. */
  readonly serializableTransactions: boolean;
  /** Locks on names the caller makes up, between processes; else `withLock` holds in this process only. */
  readonly advisoryLocks: boolean;
  /** Roles and GRANT. */
  readonly grants: boolean;
  /** Policies that show a role some rows only. */
  readonly rowLevelSecurity: boolean;
}

/** Changes rows of a table by what other rows say. */
export interface UpdateFrom {
  readonly target: Sql;
  /** What the target is called in `set`, `from` and `where`. */
  readonly alias: string;
  /** Columns of the target and their new values. */
  readonly set: readonly (readonly [column: string, value: Sql])[];
  /** Tables or subqueries with their aliases, separated by commas. No row of the target may match several of theirs. */
  readonly from: Sql;
  readonly where: Sql;
}

/** Gives rows of a table, all of which are there, the values of other rows, by its primary key. */
export interface Overwrite extends Pick<UpdateFrom, "target" | "set" | "from" | "where"> {
  /** Columns that stay as they are, the primary key among them, and their values: with `set`, all a row has to have. */
  readonly same: readonly (readonly [column: string, value: Sql])[];
}

/** Deletes rows of a table that match other rows. */
export type DeleteUsing = Omit<UpdateFrom, "set">;

/** How one engine writes SQL. Pure text, no connection. */
export interface Dialect {
  readonly name: DialectName;

  /**
   * A quoted identifier.
   *
   * @throws SqlError SQL_INVALID_IDENTIFIER where it is empty, too long for the engine (which might cut it silently)
   * or has a character that no quoting saves.
   */
  quote(identifier: string): string;

  /** The mark for the parameter of that number (from 1), with a cast where its type needs one. */
  placeholder(index: number, parameter: Parameter): string;

  /** A literal, for DDL, where no parameter can stand. */
  literal(value: unknown): string;

  /** A literal of a timestamp with zone, in microseconds since 1970: a Date has only milliseconds. */
  instantLiteral(micros: bigint): string;

  /** The type of a column: `DECIMAL(12, 2)`, `TIMESTAMPTZ`. */
  columnType(column: Column): string;

  /**
   * The type of a column that stands in a primary key or an index with so many columns: on MySQL a text or bytes there
   * have a longest length, 752 characters in a key of one column, 376 of two.
   */
  keyType(column: Column, columns: number): string;

  /**
   * What the definition of a column says after its type where an index on it often loses rows, whose values are then
   * read one by one: on DuckDB a text is kept as it is, for of a compressed one all before it are decoded. Undefined
   * where there is nothing to say.
   */
  readByRow?(column: Column): Sql | undefined;

  /** How long a text may be in a primary key or an index of so many columns. */
  keyText(columns: number): { readonly most: number; readonly unit: "bytes" | "characters" };

  /** `a` and `b` differ, null being a value like any other. */
  isDistinct(a: Sql, b: Sql): Sql;

  /** `UPDATE … FROM …`, as the engine writes it. */
  updateFrom(update: UpdateFrom): Sql;

  /**
   * {@link updateFrom} of many rows by their primary key, where the engine has a faster way: MySQL puts the new rows of a
   * join aside before it changes any. A row that is not there would come into being. Undefined where it has none.
   */
  readonly overwrite?: (overwriting: Overwrite) => Sql;

  /** `DELETE … USING …`, as the engine writes it. */
  deleteUsing(deletion: DeleteUsing): Sql;

  /** A timestamp with zone as one without, in UTC: what its day and its hour are taken of. */
  inUtc(instant: Sql): Sql;

  /** The first day of the step of time a day is in; weeks start on Monday. */
  truncateDay(unit: "week" | "month" | "quarter" | "year", day: Sql): Sql;

  /** Rows, at least one, as a table under that name, for a FROM. */
  rowsAs(alias: string, columns: readonly string[], rows: readonly (readonly Sql[])[]): Sql;

  /** The value as a column of that kind holds it. */
  cast(value: Sql, column: Column): Sql;

  /** Drops a temporary table, where there is one, and never commits. */
  dropTemporaryTable(name: string): Sql;

  /**
   * Switches the checks of foreign keys off and on for the session, in the middle of a transaction; what happened
   * meanwhile is never checked. Undefined where they can be taken off and put back in the transaction instead.
   */
  readonly foreignKeyChecks: ((on: boolean) => Sql) | undefined;

  /**
   * How a join with most of a table says that all of it is to be hashed, instead of looking each row up by that index:
   * what stands after SELECT, and what after the name of the table. Undefined where the engine sees to it by itself.
   */
  readonly hashing: ((index: string) => { readonly select: Sql; readonly table: Sql }) | undefined;

  /** The name of the schema that tables without one are in. */
  readonly currentSchema: Sql;

  /**
   * A query of the column `name`: those of the primary key of a table of the session's database, by which no two rows of it
   * are the same; none where it has no such key.
   */
  primaryKey(schema: string, table: string): Sql;

  /** The first and the last moment of a timestamp, in microseconds since 1970. */
  readonly instants: readonly [first: bigint, last: bigint];

  /** True where the text contains a match of the regular expression (RE2 syntax without look-around). */
  regexMatches(text: Sql, pattern: Sql): Sql;
}
