import { id, joinSql, raw, Sql, sql } from "@lakewright/sql";
import { invalidDefinition } from "../../define/names.ts";
import type { Relation } from "../relation.ts";
import { asc, type Order } from "./aggregates.ts";
import { type ColumnUse, deciding, derive, Expr, type Untyped } from "./expr.ts";

/** What a query is, besides its text. */
interface QueryParts {
  /** Expression of every column of the result, in order. */
  readonly outputs: ReadonlyMap<string, Expr>;
  /** Columns that decide which rows there are. */
  readonly deciders: readonly ColumnUse[];
  readonly relations: readonly Relation[];
}

/** A query of the builder: SQL whose columns and their origins are known. `N` are the names of its columns. */
export class Query<N extends string = string> extends Sql {
  /** Types only: never set. */
  declare readonly $names?: (name: N) => N;
  readonly outputs: ReadonlyMap<string, Expr>;
  readonly deciders: readonly ColumnUse[];
  readonly relations: readonly Relation[];

  constructor(text: Sql, parts: QueryParts) {
    super(text.parts);
    this.outputs = parts.outputs;
    this.deciders = parts.deciders;
    this.relations = parts.relations;
  }

  /** The rows in an order, named by columns of the result: `(row) => [desc(row.amount)]`. */
  orderBy(by: (row: { readonly [K in N]: Expr<Untyped> }) => readonly (Expr | Order)[]): Query<N> {
    const row = this.row();
    const orders = by(row as { readonly [K in N]: Expr }).map((one) =>
      one instanceof Expr ? asc(one) : one,
    );
    const list = orders.map(
      ({ value, descending }) => sql`${value}${raw(descending ? " DESC" : "")}`,
    );
    return this.with(sql`${this}\nORDER BY ${joinSql(list)}`, {
      deciders: [
        ...this.deciders,
        ...deciding(
          orders.map((order) => order.value),
          "SORT",
        ),
      ],
    });
  }

  /** At most so many rows. */
  limit(rows: number, offset: number = 0): Query<N> {
    for (const number of [rows, offset]) {
      if (Number.isInteger(number) && number >= 0) continue;
      throw invalidDefinition(`limit(${rows}, ${offset}): give numbers of rows.`);
    }
    const skip = offset === 0 ? "" : ` OFFSET ${offset}`;
    return this.with(sql`${this}\nLIMIT ${raw(`${rows}${skip}`)}`, {});
  }

  /** The rows of this query and, below them, of the others, which have the same columns. */
  unionAll(...others: readonly Query<N>[]): Query<N> {
    const all: readonly Query<N>[] = [this, ...others];
    const names = [...this.outputs.keys()];
    for (const other of others) {
      if ([...other.outputs.keys()].join("\0") === names.join("\0")) continue;
      throw invalidDefinition(
        `unionAll of queries with the columns ${names.join(", ")} and ${[...other.outputs.keys()].join(", ")}.`,
        "Give them the same names, in the same order.",
      );
    }
    const outputs = names.map((name) => {
      const branches = all.map((query) => query.outputs.get(name)!);
      const direct = branches.flatMap((branch) => branch.of.direct ?? []);
      const { column } = branches[0]!.of;
      return [name, derive(branches, () => id(name), { direct, column })] as const;
    });
    return new Query<N>(joinSql(all, "\nUNION ALL\n"), {
      outputs: new Map(outputs),
      deciders: all.flatMap((query) => query.deciders),
      relations: all.flatMap((query) => query.relations),
    });
  }

  /** Rows that differ, each once. */
  distinct(): Query<N> {
    return this.with(sql`SELECT DISTINCT * FROM (\n${this}\n) AS distinct_rows`, {});
  }

  private row(): Readonly<Record<string, Expr>> {
    return Object.fromEntries(
      [...this.outputs].map(([name, { of }]) => [name, new Expr({ ...of, write: () => id(name) })]),
    );
  }

  private with(text: Sql, changes: Partial<QueryParts>): Query<N> {
    return new Query<N>(text, {
      outputs: this.outputs,
      deciders: this.deciders,
      relations: this.relations,
      ...changes,
    });
  }
}

/** A query whatever its columns. */
export type AnyQuery = Query<Untyped>;
