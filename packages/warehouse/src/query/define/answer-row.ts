import type { ColumnKind, ColumnValue } from "@lakewright/core";
import type { Fact } from "../../define/fact.ts";
import type { Flatten } from "../../define/rows.ts";
import type { AggregateMeasure, ExpressionMeasure, LastMeasure, RatioMeasure } from "./measures.ts";
import type { Measures } from "./metrics.ts";
import type { TimeGrain } from "./metrics-query.ts";
import type { DimensionValue, StoredColumn, SumOf } from "./stored-types.ts";

/** A row of an answer: what it is grouped by, and the measures. Of metrics of which nothing is known, any columns. */
export type AnswerRow<
  F extends Fact,
  M extends Measures,
  P extends string,
  B extends string | TimeGrain,
> = string extends P
  ? Record<string, unknown>
  : Flatten<
      { readonly [G in B as GroupName<G>]: GroupValue<F, G> } & {
        readonly [N in P]: N extends keyof M ? MeasureValue<F, M[N]> : unknown;
      }
    >;

/** What a group is called in an answer. */
export type GroupName<B> = B extends string
  ? B
  : B extends { readonly as: infer A extends string }
    ? A
    : B extends { readonly time: infer T extends string; readonly grain: infer G extends string }
      ? `${T}_${G}`
      : never;

/** A step of time is a day, and of facts without a day there is none. */
type GroupValue<F extends Fact, B> = B extends string ? DimensionValue<F, B> : string | null;

/** The value of a measure. */
export type MeasureValue<F extends Fact, M> =
  M extends AggregateMeasure<"count" | "countDistinct">
    ? bigint
    : M extends RatioMeasure | AggregateMeasure<"avg">
      ? number | null
      : M extends AggregateMeasure<"sum", infer C extends string> | LastMeasure<infer C>
        ? SumOf<ColumnKind<StoredColumn<F, C>>> | null
        : M extends AggregateMeasure<"min" | "max", infer C extends string>
          ? ColumnValue<StoredColumn<F, C>> | null
          : M extends ExpressionMeasure<infer V>
            ? V
            : unknown;
