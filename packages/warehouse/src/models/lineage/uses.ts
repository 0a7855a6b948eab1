import { type ColumnUse, type IndirectUse, raise } from "../build/expr.ts";
import { analyse, type Scope } from "./analyse.ts";
import { expressionsIn, node, nodes, type Node, text, texts, Unfollowed } from "./syntax.ts";

/** The columns an expression is made of, and those that decide about its value. */
export interface Found {
  readonly direct: readonly ColumnUse[];
  readonly indirect: readonly ColumnUse[];
}

const NONE: Found = { direct: [], indirect: [] };

/** Aggregates of SQL and of the engines; any other function is a transformation. */
const AGGREGATES =
  /^(sum|count|count_star|avg|min|max|any_value|median|mode|stddev\w*|var\w*|corr|covar\w*|regr\w*|first|last|list|array_agg|string_agg|group_concat|listagg|bool_and|bool_or|every|quantile\w*|percentile\w*|approx_\w+|arg_max|arg_min|max_by|min_by|product|bit_and|bit_or|bit_xor|json_agg|jsonb_agg|histogram)$/;

export function usesOf(expression: Node, scope: Scope): Found {
  switch (text(expression, "class")) {
    case "COLUMN_REF":
      return columnUses(texts(expression, "column_names"), scope);
    case "CONSTANT":
      return NONE;
    case "CASE":
      return caseUses(expression, scope);
    case "WINDOW":
      return windowUses(expression, scope);
    case "FUNCTION": {
      const filter = node(expression, "filter");
      const inside = all(nodes(expression, "children"), scope);
      const aggregate = AGGREGATES.test(text(expression, "function_name").toLowerCase());
      const direct = aggregate
        ? inside.direct.map((use): ColumnUse => ({ ...use, use: "AGGREGATION" }))
        : raise(inside.direct);
      const conditions = filter ? deciding(usesOf(filter, scope), "CONDITIONAL") : [];
      return { direct, indirect: [...inside.indirect, ...conditions] };
    }
    case "SUBQUERY":
      return subqueryUses(expression, scope);
    default: {
      const inside = all(expressionsIn(expression), scope);
      return { direct: raise(inside.direct), indirect: inside.indirect };
    }
  }
}

/** All of what was found, as what decides. */
export function deciding({ direct, indirect }: Found, use: IndirectUse): ColumnUse[] {
  return [...direct.map((of): ColumnUse => ({ ...of, use })), ...indirect];
}

function all(expressions: readonly Node[], scope: Scope): Found {
  const found = expressions.map((expression) => usesOf(expression, scope));
  return {
    direct: found.flatMap(({ direct }) => direct),
    indirect: found.flatMap(({ indirect }) => indirect),
  };
}

function columnUses(path: readonly string[], scope: Scope): Found {
  const name = path.at(-1)!.toLowerCase();
  const table = path.length > 1 ? path.at(-2)!.toLowerCase() : undefined;
  let isOpaque = false;
  for (let at: Scope | undefined = scope; at; at = at.names.outer) {
    for (const [alias, columns] of at.aliases) {
      if (table !== undefined && alias !== table) continue;
      if (columns === undefined) isOpaque = true;
      const uses = columns?.get(name);
      if (uses) return { direct: uses, indirect: [] };
    }
    const selected = table === undefined ? at.selected.get(name) : undefined;
    if (selected) return selected;
  }
  // A column of a function's result comes from no relation.
  if (isOpaque) return NONE;
  throw new Unfollowed(`column ${path.join(".")}`);
}

function caseUses(expression: Node, scope: Scope): Found {
  const checks = nodes(expression, "case_checks");
  const part = (property: string): readonly Node[] =>
    checks.map((check) => node(check, property)).filter((inner) => inner !== undefined);
  const otherwise = node(expression, "else_expr");
  const values = all([...part("then_expr"), ...(otherwise ? [otherwise] : [])], scope);
  const conditions = all(part("when_expr"), scope);
  return {
    direct: raise(values.direct),
    indirect: [...values.indirect, ...deciding(conditions, "CONDITIONAL")],
  };
}

function windowUses(expression: Node, scope: Scope): Found {
  const inside = all(nodes(expression, "children"), scope);
  const aggregate = AGGREGATES.test(text(expression, "function_name").toLowerCase());
  const orders = nodes(expression, "orders")
    .map((order) => node(order, "expression"))
    .filter((order) => order !== undefined);
  const deciders = all([...nodes(expression, "partitions"), ...orders], scope);
  const direct = aggregate
    ? inside.direct.map((use): ColumnUse => ({ ...use, use: "AGGREGATION" }))
    : raise(inside.direct);
  return { direct, indirect: [...inside.indirect, ...deciding(deciders, "WINDOW")] };
}

function subqueryUses(expression: Node, scope: Scope): Found {
  const body = node(node(expression, "subquery") ?? {}, "node");
  if (body === undefined) throw new Unfollowed("SUBQUERY");
  const result = analyse(body, { ...scope.names, outer: scope });
  const columns = [...result.columns.values()].flat();
  const child = node(expression, "child");
  const compared = child ? deciding(usesOf(child, scope), "FILTER") : [];
  if (text(expression, "subquery_type") === "SCALAR") {
    return { direct: raise(columns), indirect: result.deciders };
  }
  const tested = deciding({ direct: columns, indirect: [] }, "FILTER");
  return { direct: [], indirect: [...result.deciders, ...compared, ...tested] };
}
