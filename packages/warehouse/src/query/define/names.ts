import type {
  Column,
  ColumnKind,
  ColumnValue,
  Decimal,
  FloatKind,
  IntegerKind,
  RowOf,
} from "@lakewright/core";
import type { Dimension } from "../../define/dimension.ts";
import type { Fact } from "../../define/fact.ts";
import type { HistoryRow } from "../../define/rows.ts";

/** The properties a type names: of rows of which nothing is known, none. */
type Known<T> = { [P in keyof T as string extends P ? never : P]: T[P] };

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

/** Kinds that can be added up. */
type NumberKind = IntegerKind | FloatKind | "decimal";
type TimeKind = "date" | "timestamp";

/** Whether a column may be of a kind: one that is not known may be of any. */
type IsOfKind<C extends Column, Kind> = [Extract<ColumnKind<C>, Kind>] extends [never]
  ? false
  : true;

/** What a stored row of a dimension has, whatever its surrogate key is called; outriggers bring keys of their own. */
type MemberRow<D extends Dimension> = RowOf<Known<D["input"]["columns"]>> & {
  readonly [P in D["surrogateKey"] as string extends P ? never : P]: bigint;
} & {
  readonly is_inferred: boolean;
  readonly is_deleted: boolean;
} & (D["versioning"] extends "scd2" ? HistoryRow : {});

type MemberName<D extends Dimension> = [keyof Known<D["input"]["columns"]>] extends [never]
  ? string
  : (keyof MemberRow<D> & string) | `${string}_key`;

type OwnName<F extends Fact> = [keyof Known<F["$row"]>] extends [never]
  ? string
  : keyof Known<F["$row"]> & string;

/** Columns that are surrogate keys: the only int64 that rows do not come with. */
type SurrogateName<F extends Fact> = {
  [
    P in keyof Known<F["$row"]> as P extends keyof F["input"]["columns"] ? never : P
  ]: F["$row"][P] extends bigint ? P : never;
} extends infer T
  ? T[keyof T]
  : never;

/**
 * What a fact and its dimensions have, by name. An interface with each conditional written out in it: so the compiler
 * shows the names themselves where one is misspelt, and not what they are computed from.
 */
export interface Names<F extends Fact> {
  /** Columns of the fact as they are stored. */
  readonly own: [keyof Known<F["$row"]>] extends [never] ? string : keyof Known<F["$row"]> & string;
  /** Those that can be added up, or of which that is not known; a sum of surrogate keys would say nothing. */
  readonly number: {
    [P in OwnName<F>]: IsOfKind<StoredColumn<F, P>, NumberKind> extends true
      ? P extends SurrogateName<F>
        ? never
        : P
      : never;
  }[OwnName<F>];
  readonly role: keyof F["$dimensions"] & string;
  /** Dates and timestamps, and the roles of calendars. */
  readonly time:
    | {
        [P in OwnName<F>]: IsOfKind<StoredColumn<F, P>, TimeKind> extends true ? P : never;
      }[OwnName<F>]
    | {
        [
          R in keyof F["$dimensions"] & string
        ]: "iso_week" extends keyof F["$dimensions"][R]["input"]["columns"] ? R : never;
      }[keyof F["$dimensions"] & string];
  /** What to group by and filter on: columns of the fact, "role.column" of a dimension. */
  readonly dimension:
    | ([keyof Known<F["$row"]>] extends [never] ? string : keyof Known<F["$row"]> & string)
    | {
        [R in keyof F["$dimensions"] & string]: `${R}.${MemberName<F["$dimensions"][R]>}`;
      }[keyof F["$dimensions"] & string];
}

/** What a dimension gives. Of no member, and of one that is not known, there is nothing. */
export type DimensionValue<F extends Fact, N extends string> =
  N extends OwnName<F>
    ? ColumnValue<StoredColumn<F, N>>
    : N extends `${infer R}.${infer P}`
      ? R extends keyof F["$dimensions"]
        ? ValueIn<MemberRow<F["$dimensions"][R]>, P> | null
        : unknown
      : unknown;

type ValueIn<T, P extends string> = P extends keyof T ? T[P] : bigint;

/** What a sum is of a column of the kind: integers int64, decimals of 38 digits, floats float64. */
export type SumOf<Kind> = Kind extends "decimal"
  ? Decimal
  : Kind extends IntegerKind
    ? bigint
    : Kind extends FloatKind
      ? number
      : never;
