import type { Decimal } from "@lakewright/core";

/**
 * A value a column is compared with, as rows have them: bigint for 64-bit integers, Decimal or its text, "YYYY-MM-DD",
 * ISO text, Date or bigint for timestamps.
 */
export type WhereValue = string | number | bigint | boolean | Date | Decimal | Uint8Array;

/** A condition on the columns of a table. Made by the functions of this module; plain data, so it can be kept and sent. */
export type Where =
  | {
      readonly op: "eq" | "ne" | "lt" | "lte" | "gt" | "gte";
      readonly column: string;
      readonly value: WhereValue;
    }
  | { readonly op: "isNull" | "isNotNull"; readonly column: string }
  | { readonly op: "inList"; readonly column: string; readonly values: readonly WhereValue[] }
  | { readonly op: "startsWith"; readonly column: string; readonly prefix: string }
  | { readonly op: "and" | "or"; readonly terms: readonly Where[] }
  | { readonly op: "not"; readonly term: Where };

export type Comparison = Extract<Where, { readonly value: unknown }>["op"];

/*
 * As in SQL, a comparison with null is unknown, and so are `not`, `and`, `or` of unknown where it decides; a row is taken
 * where the condition is true. NaN equals itself and is above every other number, as in Spark, DuckDB and Postgres. Text
 * is compared by code points.
 */

/** The column equals the value. */
export const eq = (column: string, value: WhereValue): Where => ({ op: "eq", column, value });
/** The column differs from the value. A null differs from nothing: see `isNull`. */
export const ne = (column: string, value: WhereValue): Where => ({ op: "ne", column, value });
/** The column is less than the value. */
export const lt = (column: string, value: WhereValue): Where => ({ op: "lt", column, value });
/** The column is less than the value or equal to it. */
export const lte = (column: string, value: WhereValue): Where => ({ op: "lte", column, value });
/** The column is greater than the value. */
export const gt = (column: string, value: WhereValue): Where => ({ op: "gt", column, value });
/** The column is greater than the value or equal to it. */
export const gte = (column: string, value: WhereValue): Where => ({ op: "gte", column, value });
/** The column has no value. */
export const isNull = (column: string): Where => ({ op: "isNull", column });
/** The column has a value. */
export const isNotNull = (column: string): Where => ({ op: "isNotNull", column });
/** The column equals one of the values; of none with an empty list. */
export const inList = (column: string, values: readonly WhereValue[]): Where => ({
  op: "inList",
  column,
  values,
});
/** The column is at least `low` and at most `high`. */
export const between = (column: string, low: WhereValue, high: WhereValue): Where =>
  and(gte(column, low), lte(column, high));
/** The text column begins with the prefix. */
export const startsWith = (column: string, prefix: string): Where => ({
  op: "startsWith",
  column,
  prefix,
});
/** All of the conditions; true without any. */
export const and = (...terms: readonly Where[]): Where => ({ op: "and", terms });
/** One of the conditions at least; false without any. */
export const or = (...terms: readonly Where[]): Where => ({ op: "or", terms });
/** The condition is false. Unknown stays unknown. */
export const not = (term: Where): Where => ({ op: "not", term });
