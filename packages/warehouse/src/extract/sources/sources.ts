import type { DialectName } from "@lakewright/sql";
import { duckdbSource } from "./duckdb.ts";
import { mysqlSource } from "./mysql.ts";
import { postgresSource } from "./postgres.ts";
import type { SourceDialect } from "./source-dialect.ts";

const SOURCES: Readonly<Record<DialectName, SourceDialect>> = {
  duckdb: duckdbSource,
  mysql: mysqlSource,
  postgres: postgresSource,
};

/** What extraction knows of a kind of database. */
export function sourceDialect({ name }: { readonly name: DialectName }): SourceDialect {
  return SOURCES[name];
}
