import type { LakeTable } from "@lakewright/lake";
import { id, type SqlEngine, sql } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import type { Lake } from "./open.ts";

/** Memory DuckDB may use; beyond it sorts and joins go to disk. */
export const databaseSettings = { threads: "2", memory_limit: "384MB" } as const;

/** A DuckDB in memory that sees the lake's tables as views over their files. */
export interface LakeDatabase extends AsyncDisposable {
  readonly engine: SqlEngine;
  /** Makes or renews a view of a table, at the version the table stands at. */
  see(view: string, table: LakeTable): Promise<void>;
}

export function lakeDatabase(lake: Lake): LakeDatabase {
  const engine = duckdb(":memory:", { settings: databaseSettings });
  return {
    engine,
    see: async (view, table) => {
      await engine.execute(
        sql`CREATE OR REPLACE VIEW ${id(view)} AS SELECT * FROM ${lake.relation(table)}`,
      );
    },
    [Symbol.asyncDispose]: () => engine.close(),
  };
}
