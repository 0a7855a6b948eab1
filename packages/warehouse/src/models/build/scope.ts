import type { Column } from "@lakewright/core";
import { type Dialect, id } from "@lakewright/sql";
import { invalidDefinition, namesOf } from "../../define/names.ts";
import type { AnyRow } from "../../define/rows.ts";
import type { Readable } from "../context.ts";
import { columnIn, relationTable, type StoredRow } from "../relation.ts";
import { type ColumnUse, Expr, raise, type Untyped } from "./expr.ts";
import { Query } from "./query.ts";

/** The columns of a table of a query, as properties; `$("name")` is one its type does not know. */
export type TableScope<R = AnyRow> = {
  readonly [K in keyof R as string extends K ? never : K & string]: Expr<R[K]>;
} & { $<T = Untyped>(name: string): Expr<T> };

/** The tables of a query by alias, whatever their columns. */
export type AnyScope = Readonly<Record<string, object>>;

/** The scope of `{ s: sales, u: users }`. */
export type ScopeOf<S extends Readonly<Record<string, Readable>>> = {
  readonly [A in keyof S & string]: S[A] extends Query<infer N>
    ? { readonly [K in N]: Expr<Untyped> } & { $<T = Untyped>(name: string): Expr<T> }
    : TableScope<StoredRow<S[A]>>;
};

/** The columns of one table under an alias. A column it does not have is an error when it is asked for. */
export function scopeOf(dialect: Dialect, alias: string, readable: Readable): TableScope {
  const names = columnNames(readable);
  const made = new Map<string, Expr>();
  const column = (name: string): Expr => {
    const known = made.get(name);
    if (known) return known;
    const expression = columnExpr(dialect, alias, readable, name);
    made.set(name, expression);
    return expression;
  };
  return new Proxy({} as TableScope, {
    get: (_, name) => (name === "$" ? column : typeof name === "string" ? column(name) : undefined),
    has: (_, name) => names.includes(String(name)),
    ownKeys: () => [...names],
    getOwnPropertyDescriptor: (_, name) =>
      names.includes(String(name))
        ? { enumerable: true, configurable: true, value: column(String(name)) }
        : undefined,
  });
}

function columnNames(readable: Readable): readonly string[] {
  if (readable instanceof Query) return [...readable.outputs.keys()];
  return namesOf(relationTable(readable));
}

function columnExpr(dialect: Dialect, alias: string, readable: Readable, name: string): Expr {
  const write = (): Expr["of"]["write"] extends (...of: never[]) => infer S ? S : never =>
    id(alias, name);
  if (readable instanceof Query) {
    const output = readable.outputs.get(name);
    if (output === undefined) throw unknownColumn(alias, "a query", name, columnNames(readable));
    const { direct, indirect, column } = output.of;
    return new Expr({ write, direct: direct ?? [], indirect, column, dialect });
  }
  const column: Column | undefined = columnIn(readable, name);
  if (column === undefined) {
    throw unknownColumn(alias, `"${readable.name}"`, name, columnNames(readable));
  }
  const use: ColumnUse = { relation: readable, column: name, use: "IDENTITY" };
  return new Expr({ write, direct: raise([use], "IDENTITY"), column, dialect });
}

function unknownColumn(alias: string, of: string, name: string, columns: readonly string[]): Error {
  return invalidDefinition(
    `${alias}.${name} names a column that ${of} does not have.`,
    `Its columns are ${columns.join(", ")}.`,
  );
}
