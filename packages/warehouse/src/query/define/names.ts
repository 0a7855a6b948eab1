import type { Column, ColumnKind, FloatKind, IntegerKind } from "@lakewright/core";
import type { Dimension } from "../../define/dimension.ts";
import type { Fact } from "../../define/fact.ts";
import type { TimeGrain } from "./metrics-query.ts";
import type { Known, MemberRow, OwnName, StoredColumn } from "./stored-types.ts";

/** Kinds that can be added up. */
type NumberKind = IntegerKind | FloatKind | "decimal";
type TimeKind = "date" | "timestamp";

/** Whether a column may be of a kind: one that is not known may be of any. */
type IsOfKind<C extends Column, Kind> = [Extract<ColumnKind<C>, Kind>] extends [never]
  ? false
  : true;

/** Columns of a dimension as they are stored; any key where nothing is known of its outriggers. */
type MemberName<D extends Dimension> = [keyof Known<D["input"]["columns"]>] extends [never]
  ? string
  : (keyof MemberRow<D> & string) | (string extends D["$outriggerKeys"] ? `${string}_key` : never);

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
  /** What to group by: those, and steps of time. */
  readonly group: Names<F>["dimension"] | TimeGrain<Names<F>["time"]>;
}
