import type { Decimal } from "@lakewright/core";
import {
  type Call,
  type Expression,
  isExpression,
  toExpression,
} from "../expression/expression.ts";

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
  | { readonly op: "not"; readonly term: Where }
  /** An expression that is true or false: `sql("amount > 1.2 * limit")`. */
  | { readonly op: "sql"; readonly text: string }
  | Call;

export type Comparison = Extract<Where, { readonly value: unknown }>["op"];

/** What is compared: a column by its name, or an expression. */
export type Operand = string | Expression;

/*
 * As in SQL, a comparison with null is unknown, and so are `not`, `and`, `or` of unknown where it decides; a row is taken
 * where the condition is true. NaN equals itself and is above every other number, as in Spark, DuckDB and Postgres. Text
 * is compared by code points.
 */

/** The column equals the value. */
export const eq = (left: Operand, right: WhereValue | Expression): Where =>
  compared("eq", left, right);
/** The column differs from the value. A null differs from nothing: see `isNull`. */
export const ne = (left: Operand, right: WhereValue | Expression): Where =>
  compared("ne", left, right);
/** The column is less than the value. */
export const lt = (left: Operand, right: WhereValue | Expression): Where =>
  compared("lt", left, right);
/** The column is less than the value or equal to it. */
export const lte = (left: Operand, right: WhereValue | Expression): Where =>
  compared("lte", left, right);
/** The column is greater than the value. */
export const gt = (left: Operand, right: WhereValue | Expression): Where =>
  compared("gt", left, right);
/** The column is greater than the value or equal to it. */
export const gte = (left: Operand, right: WhereValue | Expression): Where =>
  compared("gte", left, right);
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
export const between = (
  column: Operand,
  low: WhereValue | Expression,
  high: WhereValue | Expression,
): Where => and(gte(column, low), lte(column, high));
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

const SIGNS: Readonly<Record<Comparison, string>> = {
  eq: "=",
  ne: "<>",
  lt: "<",
  lte: "<=",
  gt: ">",
  gte: ">=",
};

function compared(op: Comparison, left: Operand, right: WhereValue | Expression): Where {
  if (typeof left === "string" && !isExpression(right)) return { op, column: left, value: right };
  const first: Expression = typeof left === "string" ? { op: "column", column: left } : left;
  return { op: "call", name: SIGNS[op], args: [first, toExpression(right)] };
}

/** The SQL sign of a comparison. */
export function signOf(op: Comparison): string {
  return SIGNS[op];
}
