import type { Column, ColumnValue } from "@lakewright/core";
import { joinSql, raw, type Sql, sql } from "@lakewright/sql";
import { castSql, doubleSql } from "../cast.ts";
import {
  deciding,
  derive,
  dialectOf,
  Expr,
  type Numeric,
  type Operand,
  operand,
  type Setting,
} from "./expr.ts";

type Bool = Expr<boolean | null>;

/** SQL of a type you name, its columns known: ``expr<Decimal>`${s.price} * ${s.quantity}` ``. Other values are bound. */
export function expr<T = unknown>(
  strings: TemplateStringsArray,
  ...values: readonly unknown[]
): Expr<T> {
  const inputs = values.map((value) => operand(value));
  return derive<T>(inputs, (setting) =>
    joinSql(
      strings.flatMap((text, k) => {
        const input = inputs[k];
        return input === undefined ? [raw(text)] : [raw(text), input.within(setting)];
      }),
      "",
    ),
  );
}

/** A value of a type: `literal("FR", utf8())`. */
export function literal<C extends Column>(
  value: ColumnValue<C> | string,
  column: C,
): Expr<ColumnValue<C>> {
  const like = new Expr({ write: () => sql``, column });
  return operand(value, like) as Expr<ColumnValue<C>>;
}

/** The expression converted: `cast(s.amount, float64())`. */
export function cast<C extends Column>(value: Expr, column: C): Expr<ColumnValue<C> | null> {
  return derive([value], (setting) => castSql(value.of.dialect, value.within(setting), column), {
    column,
  });
}

const binary =
  (symbol: string) =>
  (a: Expr, b: unknown): Expr<never> => {
    const right = operand(b, a);
    return derive<never>(
      [a, right],
      (setting) => sql`(${a.within(setting)} ${raw(symbol)} ${right.within(setting)})`,
    );
  };

type Compare = <T>(a: Expr<T>, b: Operand<NoInfer<T> | null>) => Bool;
/** `a = b`; null where either is: {@link isNull} asks for nulls. */
export const eq: Compare = binary("=");
/** `a <> b`; null where either is, so that a `where` leaves rows with nulls out. */
export const ne: Compare = binary("<>");
/** `a < b`; null where either is. */
export const lt: Compare = binary("<");
/** `a <= b`; null where either is. */
export const lte: Compare = binary("<=");
/** `a > b`; null where either is. */
export const gt: Compare = binary(">");
/** `a >= b`; null where either is. */
export const gte: Compare = binary(">=");

type Arithmetic = <T extends Numeric | null>(a: Expr<T>, b: Operand<Numeric | null>) => Expr<T>;
/** `a + b` in the engine's arithmetic; null where either is. */
export const add: Arithmetic = arithmetic("+");
/** `a - b` in the engine's arithmetic; null where either is. */
export const subtract: Arithmetic = arithmetic("-");
/** `a * b` in the engine's arithmetic, whose decimals have the digits of both; null where either is. */
export const multiply: Arithmetic = arithmetic("*");

function arithmetic(symbol: string): Arithmetic {
  return (a, b) => {
    const right = operand(b);
    return derive([a, right], (setting) => {
      return sql`(${a.within(setting)} ${raw(symbol)} ${right.within(setting)})`;
    });
  };
}

/** `a / b` as a double on every engine; null where `b` is 0 or null. */
export function ratio(a: Expr<Numeric | null>, b: Operand<Numeric | null>): Expr<number | null> {
  const right = operand(b);
  const dialect = dialectOf([a, right]);
  const write = (setting: Setting): Sql =>
    sql`(${doubleSql(dialect, a.within(setting))} / NULLIF(${doubleSql(dialect, right.within(setting))}, 0))`;
  return derive([a, right], write);
}

/** Every condition; true where there is none. Null where one is null and none false. */
export function and(...conditions: readonly Expr[]): Bool {
  return junction(conditions, " AND ", "TRUE");
}

/** Any condition; false where there is none. Null where one is null and none true. */
export function or(...conditions: readonly Expr[]): Bool {
  return junction(conditions, " OR ", "FALSE");
}

function junction(conditions: readonly Expr[], word: string, none: string): Bool {
  return derive(conditions, (setting) =>
    conditions.length === 0
      ? raw(none)
      : sql`(${joinSql(
          conditions.map((condition) => condition.within(setting)),
          word,
        )})`,
  );
}

/** The opposite; null where the condition is null. */
export function not(condition: Expr): Bool {
  return derive([condition], (setting) => sql`(NOT ${condition.within(setting)})`);
}

/** True or false, never null. */
export function isNull(value: Expr): Expr<boolean> {
  return derive([value], (setting) => sql`(${value.within(setting)} IS NULL)`);
}

/** True or false, never null. */
export function isNotNull(value: Expr): Expr<boolean> {
  return derive([value], (setting) => sql`(${value.within(setting)} IS NOT NULL)`);
}

/** True where the value is one of the list; never true for an empty list. */
export function inList<T>(value: Expr<T>, list: readonly Operand<NoInfer<T>>[]): Bool {
  const items = list.map((item) => operand(item, value));
  return derive([value, ...items], (setting) =>
    items.length === 0
      ? raw("FALSE")
      : sql`(${value.within(setting)} IN (${joinSql(items.map((item) => item.within(setting)))}))`,
  );
}

/** From the lower to the upper bound, both included. */
export function between<T>(
  value: Expr<T>,
  low: Operand<NoInfer<T>>,
  high: Operand<NoInfer<T>>,
): Bool {
  const [from, to] = [operand(low, value), operand(high, value)];
  return derive(
    [value, from, to],
    (setting) =>
      sql`(${value.within(setting)} BETWEEN ${from.within(setting)} AND ${to.within(setting)})`,
  );
}

/** The first value that is not null. */
export function coalesce<T>(
  value: Expr<T>,
  ...others: readonly Operand<T>[]
): Expr<NonNullable<T>> {
  const all = [value, ...others.map((other) => operand(other, value))];
  return derive(
    all,
    (setting) => sql`COALESCE(${joinSql(all.map((one) => one.within(setting)))})`,
    { column: value.of.column },
  );
}

/** CASE: the value of the first condition that is true, else `otherwise` (default null). */
export function caseWhen<T = unknown>(
  branches: readonly (readonly [condition: Expr, value: Operand<T>])[],
  otherwise: Operand<T> | null = null,
): Expr<T> {
  const conditions = branches.map(([condition]) => condition);
  const values = branches.map(([, value]) => operand(value));
  const last = operand(otherwise);
  const all = [...values, last];
  return derive<T>(
    all,
    (setting) =>
      sql`CASE ${joinSql(
        conditions.map(
          (condition, k) =>
            sql`WHEN ${condition.within(setting)} THEN ${values[k]!.within(setting)}`,
        ),
        " ",
      )} ELSE ${last.within(setting)} END`,
    {
      indirect: [
        ...all.flatMap((one) => one.of.indirect ?? []),
        ...deciding(conditions, "CONDITIONAL"),
      ],
      dialect: dialectOf([...conditions, ...all]),
      windowed: [...conditions, ...all].some((one) => one.of.windowed === true),
    },
  );
}
