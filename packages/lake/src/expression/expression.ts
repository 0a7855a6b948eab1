import { showValue } from "@lakewright/core";
import { invalidOption } from "../options.ts";
import type { WhereValue } from "../where/expression.ts";

/**
 * A value computed from the columns of a row. Made by `sql`, `col`, `source`, `call` and the comparisons of this package;
 * plain data, so it can be kept and sent.
 */
export type Expression =
  | {
      readonly op: "column";
      readonly column: string;
      /** Fields inside a struct, outermost first. */
      readonly path?: readonly string[] | undefined;
      readonly of?: "source" | "target" | undefined;
    }
  | {
      readonly op: "literal";
      readonly value: WhereValue | null;
      /** A SQL type, such as "date" or "decimal(3,2)". Default what the value is compared with or assigned to. */
      readonly type?: string | undefined;
    }
  | { readonly op: "sql"; readonly text: string }
  | Call;

/** An operator ("+", "and", "=") or function ("coalesce") and what it is applied to. */
export interface Call {
  readonly op: "call";
  readonly name: string;
  readonly args: readonly Expression[];
  /** What `cast` makes of its argument: a SQL type. */
  readonly type?: string | undefined;
}

/** A value or an expression that computes one. */
export type Value = WhereValue | null | Expression;

/**
 * An expression written in SQL, a subset of Spark's, with the types and errors of its ANSI mode: columns (also `` `unit price` ``
 * and `address.city`), literals (`12.5`, `7L`, `'text'`, `DATE '2026-11-21'`, `TIMESTAMP '…'`, `X'1F'`, `NULL`), `+ - * / % DIV ||`,
 * `= <> < <= > >= <=>`, `AND OR NOT`, `IS [NOT] NULL`, `[NOT] IN (…)`, `BETWEEN`, `LIKE`, `RLIKE`, `CASE`, `CAST(… AS …)` and functions
 * of text, numbers, dates and times. Times are in UTC. Columns of the rows merged into a table are `source.amount`.
 *
 * Read when it is used: what is not understood is LAKE_INVALID_EXPRESSION then, with the position and what there is.
 *
 * @throws LakeError LAKE_INVALID_OPTION for an empty text
 */
export function sql(text: string): Extract<Expression, { readonly op: "sql" }> {
  if (typeof text !== "string" || text.trim() === "") {
    throw invalidOption(`sql: ${showValue(text)} is no expression.`, 'Write sql("amount * 1.2").');
  }
  return { op: "sql", text };
}

/** A column of the table; `col("address.city")` is a field of a struct. */
export const col = (column: string): Expression => ({ op: "column", column });

/** A column of the rows that are merged into the table. */
export const source = (column: string): Expression => ({ op: "column", column, of: "source" });

/** A function or an operator applied to values: `call("coalesce", col("name"), "")`. */
export const call = (name: string, ...args: readonly Value[]): Call => ({
  op: "call",
  name: name.toLowerCase(),
  args: args.map(toExpression),
});

/** Whether a value is an expression. */
export function isExpression(value: unknown): value is Expression {
  if (typeof value !== "object" || value === null || !("op" in value)) return false;
  return (
    value.op === "column" || value.op === "literal" || value.op === "sql" || value.op === "call"
  );
}

/** A value as an expression. */
export function toExpression(value: Value): Expression {
  return isExpression(value) ? value : { op: "literal", value };
}
