import type { ColumnUse } from "../build/expr.ts";
import { deciding, type Found, usesOf } from "./uses.ts";
import { node, nodes, type Node, text, texts, Unfollowed } from "./syntax.ts";

/** What a table of a query gives: its columns in order; undefined for a table function, of which nothing is known. */
export type TableColumns = ReadonlyMap<string, readonly ColumnUse[]> | undefined;

/** Names a query can see. */
interface Names {
  /** Relations and WITH tables by name, in lower case. */
  readonly tables: ReadonlyMap<string, { readonly columns: TableColumns }>;
  /** The tables of the query around it, for correlated subqueries. */
  readonly outer: Scope | undefined;
}

export interface Scope {
  readonly aliases: Map<string, TableColumns>;
  /** Columns of the select list, which GROUP BY and others may name. */
  readonly selected: Map<string, Found>;
  readonly names: Names;
}

/** The columns of a query's result, and those that decide about its rows. */
interface Analysed {
  readonly columns: ReadonlyMap<string, readonly ColumnUse[]>;
  readonly deciders: readonly ColumnUse[];
}

/** Follows a query from its result back to the columns of relations. @throws Unfollowed */
export function analyse(query: Node, around: Names): Analysed {
  const { names, deciders } = withTables(query, around);
  switch (text(query, "type")) {
    case "SELECT_NODE": {
      const result = analyseSelect(query, names);
      return { ...result, deciders: [...deciders, ...result.deciders] };
    }
    case "SET_OPERATION_NODE": {
      const branches = [node(query, "left"), node(query, "right"), ...nodes(query, "children")];
      const all = branches.filter((branch) => branch !== undefined);
      return union(
        all.map((branch) => analyse(branch, names)),
        deciders,
      );
    }
    case "RECURSIVE_CTE_NODE": {
      const first = analyse(node(query, "left")!, names);
      const tables = new Map(names.tables);
      const columns = renamed(first.columns, texts(query, "aliases"));
      tables.set(text(query, "cte_name").toLowerCase(), { columns });
      return union([first, analyse(node(query, "right")!, { ...names, tables })], deciders);
    }
    default:
      throw new Unfollowed(text(query, "type"));
  }
}

/** The WITH tables of a query, each seeing those before it. */
function withTables(
  query: Node,
  around: Names,
): { readonly names: Names; readonly deciders: readonly ColumnUse[] } {
  const tables = new Map(around.tables);
  const names: Names = { ...around, tables };
  const deciders: ColumnUse[] = [];
  for (const entry of nodes(node(query, "cte_map") ?? {}, "map")) {
    const value = node(entry, "value")!;
    const body = node(node(value, "query") ?? {}, "node");
    if (body === undefined) throw new Unfollowed("WITH");
    const result = analyse(body, names);
    deciders.push(...result.deciders);
    const columns = renamed(result.columns, texts(value, "aliases"));
    tables.set(text(entry, "key").toLowerCase(), { columns });
  }
  return { names, deciders };
}

function analyseSelect(query: Node, names: Names): Analysed {
  const scope: Scope = { aliases: new Map(), selected: new Map(), names };
  const deciders: ColumnUse[] = [];
  const from = node(query, "from_table");
  if (from) addTables(from, scope, deciders);
  const columns = new Map<string, readonly ColumnUse[]>();
  const inOrder: Found[] = [];
  for (const item of nodes(query, "select_list")) {
    for (const [name, found] of selectedBy(item, scope, inOrder.length)) {
      inOrder.push(found);
      scope.selected.set(name.toLowerCase(), found);
      columns.set(name.toLowerCase(), [...found.direct, ...found.indirect]);
    }
  }
  const decide = (expression: Node, use: "FILTER" | "GROUP_BY" | "SORT"): void => {
    const position = Number(node(expression, "value")?.["value"]);
    const constant = text(expression, "class") === "CONSTANT";
    const found = constant ? inOrder[position - 1] : usesOf(expression, scope);
    if (found) deciders.push(...deciding(found, use));
  };
  for (const clause of ["where_clause", "having", "qualify"]) {
    const condition = node(query, clause);
    if (condition) decide(condition, "FILTER");
  }
  for (const group of nodes(query, "group_expressions")) decide(group, "GROUP_BY");
  for (const modifier of nodes(query, "modifiers")) {
    for (const order of nodes(modifier, "orders")) {
      const expression = node(order, "expression");
      if (expression) decide(expression, "SORT");
    }
  }
  return { columns, deciders };
}

function selectedBy(item: Node, scope: Scope, position: number): [string, Found][] {
  if (text(item, "class") !== "STAR") {
    const names = texts(item, "column_names");
    const name = text(item, "alias") || names.at(-1) || `column ${position + 1}`;
    return [[name, usesOf(item, scope)]];
  }
  if (nodes(item, "replace_list").length + nodes(item, "rename_list").length > 0) {
    throw new Unfollowed("STAR with REPLACE");
  }
  const excluded = new Set(texts(item, "exclude_list").map((name) => name.toLowerCase()));
  const of = text(item, "relation_name").toLowerCase();
  return [...scope.aliases].flatMap(([alias, columns]): [string, Found][] => {
    if (of !== "" && of !== alias) return [];
    if (columns === undefined) throw new Unfollowed("STAR of a function");
    return [...columns]
      .filter(([name]) => !excluded.has(name))
      .map(([name, direct]) => [name, { direct, indirect: [] }]);
  });
}

function addTables(from: Node, scope: Scope, deciders: ColumnUse[]): void {
  const alias = text(from, "alias").toLowerCase();
  switch (text(from, "type")) {
    case "EMPTY":
      return;
    case "BASE_TABLE": {
      const name = text(from, "table_name").toLowerCase();
      const table = scope.names.tables.get(name);
      if (table === undefined) throw new Unfollowed(`table ${name}`);
      const renames = texts(from, "column_name_alias");
      const columns = table.columns && renamed(table.columns, renames);
      scope.aliases.set(alias === "" ? name : alias, columns);
      return;
    }
    case "SUBQUERY": {
      const body = node(node(from, "subquery") ?? {}, "node");
      if (body === undefined) throw new Unfollowed("SUBQUERY");
      const result = analyse(body, { ...scope.names, outer: scope });
      deciders.push(...result.deciders);
      scope.aliases.set(alias, renamed(result.columns, texts(from, "column_name_alias")));
      return;
    }
    case "JOIN": {
      for (const side of ["left", "right"]) {
        const table = node(from, side);
        if (table) addTables(table, scope, deciders);
      }
      const condition = node(from, "condition");
      if (condition) deciders.push(...deciding(usesOf(condition, scope), "JOIN"));
      for (const name of texts(from, "using_columns")) {
        for (const columns of scope.aliases.values()) {
          const uses = columns?.get(name.toLowerCase()) ?? [];
          deciders.push(...deciding({ direct: uses, indirect: [] }, "JOIN"));
        }
      }
      return;
    }
    case "TABLE_FUNCTION":
    case "EXPRESSION_LIST":
      scope.aliases.set(alias === "" ? `function ${scope.aliases.size}` : alias, undefined);
      return;
    default:
      throw new Unfollowed(text(from, "type"));
  }
}

function renamed(
  columns: ReadonlyMap<string, readonly ColumnUse[]>,
  names: readonly string[],
): ReadonlyMap<string, readonly ColumnUse[]> {
  return new Map([...columns].map(([name, uses], k) => [names[k]?.toLowerCase() ?? name, uses]));
}

/** The columns of queries below each other go by position. */
function union(branches: readonly Analysed[], deciders: readonly ColumnUse[]): Analysed {
  const [first, ...others] = branches;
  if (first === undefined) throw new Unfollowed("UNION");
  const columns = [...first.columns].map(([name, uses], k) => {
    const below = others.flatMap((other) => [...other.columns.values()][k] ?? []);
    return [name, [...uses, ...below]] as const;
  });
  return {
    columns: new Map(columns),
    deciders: [...deciders, ...branches.flatMap((branch) => branch.deciders)],
  };
}
