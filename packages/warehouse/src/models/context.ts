import type { Capabilities, Dialect, Sql } from "@lakewright/sql";
import type { AnyScope, From, ScopeOf } from "./build/from.ts";
import type { AnyQuery } from "./build/query.ts";
import type { Relation } from "./relation.ts";

/** What may be read from: relations, or queries of the builder. */
export type Readable = Relation | AnyQuery;

/** What the `select` of a model is given. Whatever it refers to runs before it. */
export interface SelectContext {
  /** The name of a table where it stands in SQL: `` sql`select … from ${ref(sales)} s` ``. */
  ref(relation: Relation): Sql;

  /** Starts a typed query; the properties are the aliases: `from({ s: sales })`. */
  from<const S extends Readonly<Record<string, Readable>>>(tables: S): From<ScopeOf<S>>;

  /**
   * True for rows whose partition is to be computed again, for the `where` of an incremental model; always true where
   * everything is. Leaving it out costs time, never rows: what is not touched is not written either.
   */
  changed(partition: Sql): Sql;

  /** False where a run computes a part of an incremental model. */
  readonly full: boolean;

  /** Microseconds since 1970 at the start of the model's last successful run; undefined for the first, or where `full`. */
  readonly since: bigint | undefined;

  readonly dialect: Dialect;
  readonly capabilities: Capabilities;
}

export type { AnyScope };
