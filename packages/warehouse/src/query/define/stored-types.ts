import type { Column, ColumnValue, Decimal, FloatKind, IntegerKind, RowOf } from "@lakewright/core";
import type { Dimension } from "../../define/dimension.ts";
import type { Fact } from "../../define/fact.ts";
import type { HistoryRow } from "../../define/rows.ts";

/** The properties a type names: of rows of which nothing is known, none. */
export type Known<T> = { [P in keyof T as string extends P ? never : P]: T[P] };

/** Names of the columns of a fact as they are stored. */
export type OwnName<F extends Fact> = [keyof Known<F["$row"]>] extends [never]
  ? string
  : keyof Known<F["$row"]> & string;

/** A column a fact has besides those of its rows: a surrogate key or a day; versions and lags are int32. */
type AddedColumn<V> = [V] extends [bigint]
  ? Column<V, V, "int64">
  : [V] extends [string]
    ? Column<V, V, "date">
    : Column<V, V, "int32">;

/** The column of a fact as it is stored. */
export type StoredColumn<F extends Fact, P extends string> = P extends keyof F["$row"]
  ? P extends keyof F["input"]["columns"]
    ? F["input"]["columns"][P]
    : AddedColumn<F["$row"][P]>
  : never;

/** What a stored row of a dimension has, whatever its surrogate key is called, the keys of outriggers included. */
export type MemberRow<D extends Dimension> = RowOf<Known<D["input"]["columns"]>> & {
  readonly [P in D["surrogateKey"] as string extends P ? never : P]: bigint;
} & {
  readonly [P in D["$outriggerKeys"] as string extends P ? never : P]: bigint;
} & {
  readonly is_inferred: boolean;
  readonly is_deleted: boolean;
} & (D["versioning"] extends "scd2" ? HistoryRow : {});

/** What a dimension gives. Of no member, and of one that is not known, there is nothing. */
export type DimensionValue<F extends Fact, N extends string> =
  N extends OwnName<F>
    ? ColumnValue<StoredColumn<F, N>>
    : N extends `${infer R}.${infer P}`
      ? R extends keyof F["$dimensions"]
        ? ValueIn<MemberRow<F["$dimensions"][R]>, P> | null
        : unknown
      : unknown;

/** A column of a member; where nothing is known of outriggers, what is no other column is the key of one. */
type ValueIn<T, P extends string> = P extends keyof T ? T[P] : bigint;

/** What a sum is of a column of the kind: integers int64, decimals of 38 digits, floats float64. */
export type SumOf<Kind> = Kind extends "decimal"
  ? Decimal
  : Kind extends IntegerKind
    ? bigint
    : Kind extends FloatKind
      ? number
      : never;
