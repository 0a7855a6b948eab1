import { columnOf, formatMicros, type LogicalType, type Table } from "@lakewright/core";
import { type Bound, bindWhere } from "../where/bind.ts";
import type { Comparison, Where, WhereValue } from "../where/expression.ts";
import { isLakeError } from "../errors.ts";
import { bindNode, placeOf, treeOf } from "./bind.ts";
import { textToMicros } from "./cast-text.ts";
import { columnsUsed } from "./columns.ts";
import type { Call, Expression } from "./expression.ts";
import { asCondition, truthOf } from "./logic.ts";
import type { BoundCondition, RowSet, Scope } from "./types.ts";

const COMPARISONS: Readonly<Record<string, readonly [Comparison, Comparison]>> = {
  "=": ["eq", "eq"],
  "<>": ["ne", "ne"],
  "<": ["lt", "gt"],
  "<=": ["lte", "gte"],
  ">": ["gt", "lt"],
  ">=": ["gte", "lte"],
};

/** A condition as far as plain comparisons of columns go, which statistics tell about, and expressions for the rest. */
export function bindExpression(scope: Scope, expression: Expression): Bound {
  // The whole is checked first, so that no part of it is taken for something else.
  asCondition(bindNode(scope, expression));
  return lowered(scope, expression);
}

function lowered(scope: Scope, expression: Expression): Bound {
  const tree = treeOf(expression);
  if (tree.op === "call") {
    if (tree.name === "and" || tree.name === "or") {
      return { op: tree.name, terms: tree.args.map((arg) => lowered(scope, arg)) };
    }
    if (tree.name === "not" && tree.args.length === 1) {
      return { op: "not", term: lowered(scope, tree.args[0]!) };
    }
    const plain = scope.target && plainCondition(scope.target, scope, tree);
    if (plain) return plain;
  }
  return { op: "expression", condition: conditionOf(scope, tree) };
}

/** An expression that is true or false, as a condition. */
export function conditionOf(scope: Scope, expression: Expression, pruning?: Bound): BoundCondition {
  const node = asCondition(bindNode(scope, expression));
  const truth = (rows: RowSet, mask?: Uint8Array): Uint8Array => truthOf(node, rows, mask);
  return {
    columns: columnsUsed(scope, expression),
    truth,
    matching(rows) {
      const result = truth(rows);
      let count = 0;
      for (let i = 0; i < result.length; i++) if (result[i] === 1) count++;
      const matching = new Int32Array(count);
      for (let i = 0, at = 0; i < result.length; i++) if (result[i] === 1) matching[at++] = i;
      return matching;
    },
    pruning,
  };
}

/** A comparison of a column of the table with literals, where it means the same as one; undefined for another. */
function plainCondition(table: Table, scope: Scope, { name, args }: Call): Bound | undefined {
  const where = plainWhere(scope, name, args);
  if (!where) return undefined;
  try {
    return bindWhere(table, where);
  } catch (error) {
    // A literal that is cast first: the expression knows how.
    if (isLakeError(error, "LAKE_INVALID_OPTION")) return undefined;
    throw error;
  }
}

function plainWhere(scope: Scope, name: string, args: readonly Expression[]): Where | undefined {
  const [first, second] = args.map(treeOf);
  if (name === "isnull" || name === "isnotnull") {
    const column = first && plainColumn(scope, first);
    if (column === undefined) return undefined;
    return { op: name === "isnull" ? "isNull" : "isNotNull", column };
  }
  if (name === "in") {
    const column = first && plainColumn(scope, first);
    const values = args.slice(1).map((arg) => plainValue(treeOf(arg)));
    if (column === undefined) return undefined;
    const { type } = columnOf(scope.target!, column);
    const alikes = values.map((value) => value !== undefined && alike(type, value));
    return alikes.includes(undefined) || values.includes(undefined)
      ? undefined
      : { op: "inList", column, values: alikes as WhereValue[] };
  }
  const signs = COMPARISONS[name];
  if (!signs || !first || !second) return undefined;
  const left = plainColumn(scope, first);
  const given = plainValue(left === undefined ? first : second);
  const column = left ?? plainColumn(scope, second);
  if (column === undefined || given === undefined) return undefined;
  const value = alike(columnOf(scope.target!, column).type, given);
  return value === undefined ? undefined : { op: signs[left === undefined ? 1 : 0], column, value };
}

/** A literal as the column compares it, where that is what the expression would do. */
function alike(type: LogicalType, value: WhereValue): WhereValue | undefined {
  if (type.kind === "timestamp" && typeof value === "string") {
    const micros = textToMicros(value, type.utc);
    return micros === undefined ? undefined : formatMicros(micros) + (type.utc ? "Z" : "");
  }
  if (type.kind === "float32") {
    // Beside other numbers it is compared as a double.
    return typeof value === "number" && Math.fround(value) === value ? value : undefined;
  }
  return value;
}

function plainColumn(scope: Scope, tree: Expression): string | undefined {
  if (tree.op !== "column") return undefined;
  const place = placeOf(scope, tree);
  return place.of === "target" && place.path.length === 0 ? place.column : undefined;
}

/** The value of a literal that is not null, or of a date or time written as one. */
function plainValue(tree: Expression): WhereValue | undefined {
  if (tree.op === "literal") {
    const { value, type } = tree;
    // A float beside a decimal is compared as a double.
    return value === null || type === "float" || type === "double" ? undefined : value;
  }
  if (tree.op !== "call" || tree.name !== "cast" || tree.type !== "date") return undefined;
  const [inner] = tree.args;
  return inner?.op === "literal" && typeof inner.value === "string" ? inner.value : undefined;
}
