import { type Capabilities, type Dialect, id, joinSql, raw, type Sql, sql } from "@lakewright/sql";
import { invalidDefinition } from "../../define/names.ts";
import type { Readable } from "../context.ts";
import type { Relation } from "../relation.ts";
import { deciding, Expr, PLAIN, type Setting } from "./expr.ts";
import { groupedBy, type GroupingSets } from "./grouping.ts";
import { Query } from "./query.ts";
import { type AnyScope, type ScopeOf, scopeOf } from "./scope.ts";

export type { AnyScope, ScopeOf };

/** What the builder needs to know of a run. */
export interface Builder {
  readonly dialect: Dialect;
  readonly capabilities: Capabilities;
  /** The relation where it stands in SQL, noted as one the model reads. */
  readonly ref: (relation: Relation) => Sql;
}

interface Joined {
  readonly word: string;
  readonly alias: string;
  readonly readable: Readable;
  readonly on: Expr | undefined;
}

interface Clauses {
  readonly tables: readonly Joined[];
  readonly where: readonly Expr[];
  readonly groups: GroupingSets | undefined;
  readonly having: readonly Expr[];
}

type Tables = Readonly<Record<string, Readable>>;

/** A query being written: tables, conditions, groups; {@link From.select} ends it. Every call gives a new one. */
export class From<S extends AnyScope> {
  private readonly builder: Builder;
  private readonly scope: S;
  private readonly clauses: Clauses;

  constructor(builder: Builder, scope: S, clauses: Clauses) {
    this.builder = builder;
    this.scope = scope;
    this.clauses = clauses;
  }

  /** Rows that have a partner: `join({ u: users }, ({ s, u }) => eq(s.user_key, u.users_key))`. */
  join<const T extends Tables>(
    tables: T,
    on: (scope: S & ScopeOf<T>) => Expr,
  ): From<S & ScopeOf<T>> {
    return this.joined("JOIN", tables, on as (scope: AnyScope) => Expr);
  }

  /** All rows, with nulls where there is no partner. */
  leftJoin<const T extends Tables>(
    tables: T,
    on: (scope: S & ScopeOf<T>) => Expr,
  ): From<S & ScopeOf<T>> {
    return this.joined("LEFT JOIN", tables, on as (scope: AnyScope) => Expr);
  }

  /** Every row with every row. */
  crossJoin<const T extends Tables>(tables: T): From<S & ScopeOf<T>> {
    return this.joined("CROSS JOIN", tables, undefined);
  }

  /** Rows for which the condition is true; a second one narrows further. */
  where(condition: (scope: S) => Expr | Sql): From<S> {
    const where = [...this.clauses.where, expression(condition(this.scope))];
    return new From(this.builder, this.scope, { ...this.clauses, where });
  }

  /** One row for every combination of values; or `rollup`, `cubeOf`, `groupingSets`. */
  groupBy(by: (scope: S) => readonly Expr[] | GroupingSets): From<S> {
    const given = by(this.scope);
    const groups = "kind" in given ? given : { kind: "groupingSets" as const, sets: [given] };
    return new From(this.builder, this.scope, { ...this.clauses, groups });
  }

  /** Groups for which the condition is true. */
  having(condition: (scope: S) => Expr | Sql): From<S> {
    const having = [...this.clauses.having, expression(condition(this.scope))];
    return new From(this.builder, this.scope, { ...this.clauses, having });
  }

  /** The columns of the result, in order. */
  select<const R extends Readonly<Record<string, Expr>>>(
    columns: (scope: S) => R,
  ): Query<keyof R & string> {
    const outputs = new Map(Object.entries(columns(this.scope)));
    if (outputs.size === 0) throw invalidDefinition("A query selects no column.");
    const { tables, where, groups, having } = this.clauses;
    const conditions = tables.flatMap((table) => table.on ?? []);
    const grouped = groups === undefined ? [] : groupedBy(groups);
    return new Query<keyof R & string>(this.text(outputs, grouped), {
      outputs,
      deciders: [
        ...tables.flatMap(({ readable }) => (readable instanceof Query ? readable.deciders : [])),
        ...deciding(conditions, "JOIN"),
        ...deciding([...where, ...having], "FILTER"),
        ...deciding(grouped, "GROUP_BY"),
      ],
      relations: tables.flatMap(({ readable }) =>
        readable instanceof Query ? readable.relations : [readable],
      ),
    });
  }

  private joined<T extends Tables>(
    word: string,
    tables: T,
    on: ((scope: AnyScope) => Expr) | undefined,
  ): From<S & ScopeOf<T>> {
    const entries = Object.entries(tables);
    if (entries.length !== 1) {
      throw invalidDefinition(
        `A join takes one table, { alias: table }; given are ${entries.length}.`,
      );
    }
    const [alias, readable] = entries[0]!;
    if (alias in this.scope) throw invalidDefinition(`The alias "${alias}" is used twice.`);
    const scope = { ...this.scope, [alias]: scopeOf(this.builder.dialect, alias, readable) };
    const step: Joined = { word, alias, readable, on: on?.(scope) };
    return new From(this.builder, scope as S & ScopeOf<T>, {
      ...this.clauses,
      tables: [...this.clauses.tables, step],
    });
  }

  private text(outputs: ReadonlyMap<string, Expr>, grouped: readonly Expr[]): Sql {
    const { groups } = this.clauses;
    const sets = groups?.sets ?? [];
    if (sets.length <= 1) {
      return this.branch(outputs, PLAIN, sets[0] === undefined ? undefined : list(sets[0]));
    }
    if (this.builder.capabilities.groupingSets) {
      return this.branch(outputs, PLAIN, sql`GROUPING SETS (${joinSql(sets.map(parenthesised))})`);
    }
    const windowed = [...outputs].find(([, output]) => output.of.windowed);
    if (windowed) {
      throw invalidDefinition(
        `Column "${windowed[0]}" is a window over grouping sets, which ${this.builder.dialect.name} does not have.`,
        "Compute the window in a query over this one.",
      );
    }
    // The set with all columns first: its types are those of the columns.
    const branches = [...sets]
      .sort((a, b) => b.length - a.length)
      .map((set) => {
        const present = new Set(set.map((column) => column.identity()));
        const absent = new Set(
          grouped.map((column) => column.identity()).filter((key) => !present.has(key)),
        );
        return this.branch(outputs, { absent, emulated: true }, list(set));
      });
    return joinSql(branches, "\nUNION ALL\n");
  }

  private branch(
    outputs: ReadonlyMap<string, Expr>,
    setting: Setting,
    groups: Sql | undefined,
  ): Sql {
    const { tables, where, having } = this.clauses;
    const columns = [...outputs].map(
      ([name, output]) => sql`${output.within(setting)} AS ${id(name)}`,
    );
    const conditions = having.map((condition) => condition.within(setting));
    const none = groups !== undefined && groups.parts.length === 0;
    // One row for all rows together, also where only constants are asked for.
    if (none) conditions.push(sql`count(*) >= 0`);
    const lines = [
      sql`SELECT ${joinSql(columns, ",\n  ")}`,
      ...tables.map((table, k) => this.tableText(table, k)),
      ...(where.length === 0 ? [] : [sql`WHERE ${joinSql(where, " AND ")}`]),
      ...(groups === undefined || none ? [] : [sql`GROUP BY ${groups}`]),
      ...(conditions.length === 0 ? [] : [sql`HAVING ${joinSql(conditions, " AND ")}`]),
    ];
    return joinSql(lines, "\n");
  }

  private tableText({ word, alias, readable, on }: Joined, k: number): Sql {
    const what = readable instanceof Query ? sql`(\n${readable}\n)` : this.builder.ref(readable);
    const head = sql`${raw(k === 0 ? "FROM" : word)} ${what} AS ${id(alias)}`;
    return on === undefined ? head : sql`${head} ON ${on}`;
  }
}

/** Starts a query: further tables of the object are joined with every row, so give one. */
export function startFrom<const T extends Tables>(builder: Builder, tables: T): From<ScopeOf<T>> {
  const entries = Object.entries(tables);
  if (entries.length !== 1) {
    throw invalidDefinition(`from takes one table, { alias: table }; given are ${entries.length}.`);
  }
  const [alias, readable] = entries[0]!;
  const scope = { [alias]: scopeOf(builder.dialect, alias, readable) };
  return new From(builder, scope as ScopeOf<T>, {
    tables: [{ word: "FROM", alias, readable, on: undefined }],
    where: [],
    groups: undefined,
    having: [],
  });
}

function expression(condition: Expr | Sql): Expr {
  return condition instanceof Expr ? condition : new Expr({ write: () => condition });
}

function list(set: readonly Expr[]): Sql {
  return joinSql(set);
}

function parenthesised(set: readonly Expr[]): Sql {
  return sql`(${joinSql(set)})`;
}
