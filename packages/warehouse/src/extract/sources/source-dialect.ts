import type { LogicalType } from "@lakewright/core";
import type { Sql, SqlSession } from "@lakewright/sql";
import type { IntrospectOptions } from "../introspect/introspect.ts";
import type { SourceTable } from "../introspect/source-table.ts";

/** What extraction asks of a kind of database that its SQL dialect does not answer. */
export interface SourceDialect {
  /** The instant the server has now. */
  readonly clock: Sql;
  /** A column as text. */
  readonly asText: (column: Sql, nativeType: string) => Sql;
  /** Reads the catalog. Which tables are wanted is decided from their names. */
  readonly catalog: (
    session: SqlSession,
    options: IntrospectOptions,
    wanted: (name: string) => boolean,
  ) => Promise<SourceTable[]>;
  /** The type a bound text is cast to before it is compared with a column; undefined where the database sees to it. */
  readonly keyCast?: (type: LogicalType, nativeType: string | undefined) => string | undefined;
  /** A column of the key as it is sorted and compared, where the database would sort it otherwise than it compares it with text. */
  readonly keyOrder?: (column: Sql, nativeType: string | undefined) => Sql;
  /** Transactions by number, where rows tell which one wrote them. */
  readonly transactions?: TransactionNumbers | undefined;
  /** Whether several connections read a table faster than one: not where one uses all cores already. */
  readonly readsInRanges: boolean;
  /** Lets other sessions see what one sees. Without it, sessions that begin together may see different rows. */
  readonly sharedSnapshot?:
    | {
        /** In a transaction: the name of its snapshot. */
        readonly exported: Sql;
        /** First statement of a transaction that is to see the same. */
        readonly import: (name: string) => Sql;
      }
    | undefined;
}

export interface TransactionNumbers {
  /** A query of one value: the oldest transaction, as a 64-bit number in text, that may not have ended. */
  readonly horizon: Sql;
  /** Whether a row was written by that transaction, or a later one. */
  readonly writtenSince: (horizon: bigint) => Sql;
}
