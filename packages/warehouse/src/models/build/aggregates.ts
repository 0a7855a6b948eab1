import { joinSql, raw, type Sql, sql } from "@lakewright/sql";
import { invalidDefinition } from "../../define/names.ts";
import { doubleSql } from "../cast.ts";
import {
  deciding,
  derive,
  Expr,
  type ExprParts,
  type Numeric,
  type Operand,
  operand,
  raise,
  type Setting,
} from "./expr.ts";

/** Order of rows in a window or a result. */
export interface Order {
  readonly value: Expr;
  readonly descending: boolean;
}

/** Ascending; nulls stand where the engine puts them, which is not the same on all. */
export function asc(value: Expr): Order {
  return { value, descending: false };
}

/** Descending; nulls stand where the engine puts them, which is not the same on all. */
export function desc(value: Expr): Order {
  return { value, descending: true };
}

/** The rows a {@link Call} is computed over. Default: all rows as one partition, in no order. */
export interface Window {
  readonly partitionBy?: readonly Expr[] | undefined;
  readonly orderBy?: readonly (Expr | Order)[] | undefined;
  /** ROWS BETWEEN, relative to the row: `[-6, 0]` is seven rows; null is unbounded. Default: the engine's. */
  readonly rows?: readonly [from: number | null, to: number | null] | undefined;
}

/** An aggregate or a window function; `over` computes it for every row's window. */
export class Call<T = unknown> extends Expr<T> {
  over(window: Window = {}): Expr<T> {
    const { partitionBy = [], orderBy = [], rows } = window;
    const orders = orderBy.map((one) => (one instanceof Expr ? asc(one) : one));
    const deciders = [...partitionBy, ...orders.map((order) => order.value)];
    const write = (setting: Setting): Sql => {
      const clauses = [
        ...(partitionBy.length === 0
          ? []
          : [sql`PARTITION BY ${joinSql(partitionBy.map((one) => one.within(setting)))}`]),
        ...(orders.length === 0
          ? []
          : [sql`ORDER BY ${joinSql(orders.map((order) => orderSql(order, setting)))}`]),
        ...(rows === undefined
          ? []
          : [raw(`ROWS BETWEEN ${edge(rows[0], "PRECEDING")} AND ${edge(rows[1], "FOLLOWING")}`)]),
      ];
      return sql`${this.within(setting)} OVER (${joinSql(clauses, " ")})`;
    };
    return derive<T>([this, ...deciders], write, {
      direct: this.of.direct ?? [],
      indirect: [...(this.of.indirect ?? []), ...deciding(deciders, "WINDOW")],
      windowed: true,
    });
  }
}

function orderSql(order: Order, setting: Setting): Sql {
  return sql`${order.value.within(setting)}${raw(order.descending ? " DESC" : "")}`;
}

function edge(offset: number | null, unbounded: string): string {
  if (offset === null) return `UNBOUNDED ${unbounded}`;
  if (!Number.isInteger(offset))
    throw invalidDefinition(`A window's edge is ${offset}, no integer.`);
  if (offset === 0) return "CURRENT ROW";
  return `${Math.abs(offset)} ${offset < 0 ? "PRECEDING" : "FOLLOWING"}`;
}

function aggregate<T>(value: Expr, write: (value: Sql) => Sql): Call<T> {
  // What is aggregated is all of the rows, whatever the set of the GROUP BY leaves out.
  const parts: ExprParts = {
    write: () => write(value),
    direct: raise(value.of.direct, "AGGREGATION").map((use) => ({ ...use, use: "AGGREGATION" })),
    indirect: value.of.indirect,
    dialect: value.of.dialect,
    replaceable: false,
  };
  return new Call<T>(parts);
}

/** Rows; with a value, rows where it is not null. */
export function count(value?: Expr): Call<bigint> {
  if (value === undefined)
    return new Call<bigint>({ write: () => sql`count(*)`, replaceable: false });
  return aggregate(value, (of) => sql`count(${of})`);
}

/** Different values; null is none of them. */
export function countDistinct(value: Expr): Call<bigint> {
  return aggregate(value, (of) => sql`count(DISTINCT ${of})`);
}

/** The sum of the values that are not null; null where there is none. */
export function sum<T extends Numeric | null>(value: Expr<T>): Call<T | null> {
  return aggregate(value, (of) => sql`sum(${of})`);
}

/** The least of the values that are not null; null where there is none. */
export function min<T>(value: Expr<T>): Call<T | null> {
  return aggregate(value, (of) => sql`min(${of})`);
}

/** The greatest of the values that are not null; null where there is none. */
export function max<T>(value: Expr<T>): Call<T | null> {
  return aggregate(value, (of) => sql`max(${of})`);
}

/** The mean as a double on every engine. */
export function avg(value: Expr<Numeric | null>): Call<number | null> {
  return aggregate(value, (of) => sql`avg(${doubleSql(value.of.dialect, of)})`);
}

const plain = <T>(text: string): Call<T> => new Call<T>({ write: () => raw(text) });

/** One more than the rows before it in the window's order: equal rows share a rank, and the next rank counts them all. */
export const rank = (): Call<bigint> => plain("rank()");
/** As {@link rank}, with no rank left out. */
export const denseRank = (): Call<bigint> => plain("dense_rank()");
/** The number of the row from 1; which of equal rows comes first is up to the engine. */
export const rowNumber = (): Call<bigint> => plain("row_number()");

/** The number of the row's share of `n` shares, from 1. */
export function ntile(n: number): Call<bigint> {
  if (!Number.isInteger(n) || n < 1)
    throw invalidDefinition(`ntile(${n}): give a positive integer.`);
  return plain(`ntile(${n})`);
}

/** The value `offset` rows before, null where there is none. */
export function lag<T>(value: Expr<T>, offset: number = 1, otherwise?: Operand<T>): Call<T | null> {
  return shifted("lag", value, offset, otherwise);
}

/** The value `offset` rows after, null where there is none. */
export function lead<T>(
  value: Expr<T>,
  offset: number = 1,
  otherwise?: Operand<T>,
): Call<T | null> {
  return shifted("lead", value, offset, otherwise);
}

function shifted<T>(name: string, value: Expr<T>, offset: number, otherwise?: Operand<T>): Call<T> {
  if (!Number.isInteger(offset)) throw invalidDefinition(`${name} by ${offset} rows.`);
  const last = otherwise === undefined ? undefined : operand(otherwise, value);
  return new Call<T>({
    write: (setting) =>
      sql`${raw(name)}(${value.within(setting)}, ${raw(String(offset))}${last === undefined ? raw("") : sql`, ${last.within(setting)}`})`,
    direct: raise([...(value.of.direct ?? []), ...(last?.of.direct ?? [])]),
    indirect: value.of.indirect,
    dialect: value.of.dialect,
  });
}
