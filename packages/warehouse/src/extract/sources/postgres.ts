import { raw, sql } from "@lakewright/sql";
import { postgresCatalog } from "../introspect/postgres.ts";
import type { SourceDialect } from "./source-dialect.ts";

/** Transactions a 32-bit number can count; half of them are "before", half "after". */
const NUMBERS = 1n << 32n;

/** Postgres, and what speaks its SQL. */
export const postgresSource: SourceDialect = {
  clock: raw("clock_timestamp()"),
  asText: (column) => sql`CAST(${column} AS text)`,
  catalog: postgresCatalog,
  readsInRanges: true,
  transactions: {
    horizon: raw("SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon"),
    // Rows have the lower half of the number, and keep it when they are frozen: compared as on a clock face.
    writtenSince: (horizon) =>
      sql`(((xmin::text::bigint - ${horizon % NUMBERS}::bigint) & 4294967295) < 2147483648)`,
  },
  sharedSnapshot: {
    exported: raw("SELECT pg_export_snapshot() AS snapshot"),
    import: (name) => raw(`SET TRANSACTION SNAPSHOT '${name.replaceAll("'", "''")}'`),
  },
};
