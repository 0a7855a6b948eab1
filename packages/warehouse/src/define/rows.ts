import type { Columns, RowOf } from "@lakewright/core";
import type { Versioning } from "./dimension.ts";

/** The name the surrogate key of a dimension has where none is given: the table's without "dim_", and "_key". */
export type DefaultKey<N extends string> = N extends `dim_${infer R}` ? `${R}_key` : `${N}_key`;

/** What a dimension with history has besides its own columns. */
export interface HistoryRow {
  /** Microseconds since 1970, inclusive. */
  readonly valid_from: bigint;
  /** Exclusive; null while the version lasts. */
  readonly valid_to: bigint | null;
  readonly is_current: boolean;
}

/** Any object, for definitions of which nothing is known. */
export type AnyRow = Readonly<Record<string, unknown>>;

/**
 * A stored row of a dimension. Of the members -1 and -2 and those of which only the key is known, the other columns are
 * null, whatever this says.
 */
export type DimensionRow<
  C extends Columns,
  S extends string,
  V extends Versioning,
> = string extends S
  ? AnyRow
  : Flatten<
      { readonly [P in S]: bigint } & RowOf<C> &
        ("scd2" extends V ? (V extends "scd2" ? HistoryRow : {}) : {})
    >;

export type Flatten<T> = { readonly [K in keyof T]: T[K] } & {};
