import { raw, sql } from "@lakewright/sql";
import { duckdbCatalog } from "../introspect/duckdb.ts";
import type { SourceDialect } from "./source-dialect.ts";

/** DuckDB. */
export const duckdbSource: SourceDialect = {
  clock: raw("now()"),
  asText: (column) => sql`CAST(${column} AS VARCHAR)`,
  catalog: duckdbCatalog,
  readsInRanges: false,
  // A uuid or an enum that is compared with text is compared as text, and ordered otherwise.
  keyCast: ({ kind }, nativeType) =>
    kind === "utf8" && nativeType !== undefined && nativeType !== "VARCHAR"
      ? nativeType
      : undefined,
};
