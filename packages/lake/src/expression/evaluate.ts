import {
  columnReader,
  type Field,
  type LogicalType,
  sameType,
  selectValues,
  showValue,
} from "@lakewright/core";
import type { Data } from "apache-arrow";
import { storageType } from "../delta/schema/schema.ts";
import { LakeError } from "../errors.ts";
import { castColumn, nullColumn } from "../read/cast.ts";
import { checkTree } from "../where/check.ts";
import type { Where } from "../where/expression.ts";
import { bindNode, treeOf } from "./bind.ts";
import { assignNode, sameSqlType } from "./cast.ts";
import { columnsUsed } from "./columns.ts";
import { invalidExpression } from "./errors.ts";
import { type Expression, toExpression, type Value } from "./expression.ts";
import { fromWhere } from "./from-where.ts";
import { bindExpression, conditionOf } from "./lower.ts";
import { oneValue } from "./one-value.ts";
import { isNested, showType } from "./sql-type.ts";
import type { BoundCondition, BoundValue, JoinCondition, Scope } from "./types.ts";
import { toData } from "./vector.ts";

/**
 * Checks an expression against the tables and prepares it to give the values of a column. A value is assigned as Spark's
 * ANSI mode does: decimals are rounded half up to the scale of the column, what does not fit is an error. Values that are
 * no expressions are taken as those of rows are.
 *
 * @throws LakeError LAKE_INVALID_EXPRESSION; CoreError CORE_INVALID_VALUE for a value the column cannot hold
 */
export function bindValue(scope: Scope, value: Value, into: Field): BoundValue {
  const { type } = into.column;
  const expression = toExpression(value);
  checkTree(expression);
  const tree = treeOf(expression);
  const columns = columnsUsed(scope, tree);
  if (tree.op === "literal" && tree.type === undefined) {
    const one = tree.value === null ? nullColumn(type, 1) : oneValue(into, tree.value);
    return { type, columns, evaluate: ({ rows }) => selectValues(one, new Int32Array(rows)) };
  }
  const node = bindNode(scope, tree);
  const stored = storageType(type);
  if (isNested(type) || isNested(node.type)) {
    if (node.type.kind === "null") {
      return { type, columns, evaluate: ({ rows }) => nullColumn(type, rows) };
    }
    if (!sameSqlType(node.type, stored)) {
      throw invalidExpression(
        `Column "${into.name}" is ${showType(type)} and cannot be ${node.text}, which is ${showType(node.type)}.`,
      );
    }
    const whole = (rows: Parameters<BoundValue["evaluate"]>[0]): Data =>
      castColumn(node.evaluate(rows, undefined).data!, into.column, into.name);
    return { type, columns, evaluate: whole };
  }
  const assigned = assignNode(node, stored, into.name);
  return {
    type,
    columns,
    evaluate(rows) {
      const data = toData(assigned.evaluate(rows, undefined), stored, rows.rows);
      return logical(data, into, stored);
    },
  };
}

/**
 * Checks a condition against the tables.
 *
 * @throws LakeError LAKE_INVALID_EXPRESSION; CoreError CORE_SCHEMA_MISMATCH for a column the table does not have
 */
export function bindCondition(scope: Scope, where: Where | Expression): BoundCondition {
  const isTree = where.op === "column" || where.op === "literal";
  const expression = isTree ? where : fromWhere(where, scope);
  return conditionOf(scope, expression, pruningOf(scope, expression));
}

/** Takes a condition on two tables apart into pairs that must be equal, and the rest. */
export function joinCondition(scope: Scope, where: Where): JoinCondition {
  const equal: { target: Expression; source: Expression }[] = [];
  const rest: Expression[] = [];
  for (const term of conjuncts(fromWhere(where, scope))) {
    const pair = term.op === "call" && term.name === "=" ? pairOf(scope, term.args) : undefined;
    if (pair) equal.push(pair);
    else rest.push(term);
  }
  return {
    equal,
    rest: rest.length <= 1 ? rest[0] : { op: "call", name: "and", args: rest },
  };
}

function pairOf(
  scope: Scope,
  [left, right]: readonly Expression[],
): { readonly target: Expression; readonly source: Expression } | undefined {
  if (!left || !right) return undefined;
  const [a, b] = [columnsUsed(scope, left), columnsUsed(scope, right)];
  const only = (used: typeof a, side: keyof typeof a, other: keyof typeof a): boolean =>
    used[side].length > 0 && used[other].length === 0;
  if (only(a, "target", "source") && only(b, "source", "target"))
    return { target: left, source: right };
  if (only(a, "source", "target") && only(b, "target", "source"))
    return { target: right, source: left };
  return undefined;
}

/** The parts of a condition that all must hold. */
function conjuncts(expression: Expression): readonly Expression[] {
  const tree = treeOf(expression);
  if (tree.op === "call" && tree.name === "and") return tree.args.flatMap(conjuncts);
  return [tree];
}

/** The parts that look at the target only, for pruning. */
function pruningOf(scope: Scope, expression: Expression): BoundCondition["pruning"] {
  if (!scope.target) return undefined;
  const terms = conjuncts(expression).filter(
    (term) => columnsUsed(scope, term).source.length === 0,
  );
  if (terms.length === 0) return undefined;
  const whole: Expression =
    terms.length === 1 ? terms[0]! : { op: "call", name: "and", args: terms };
  return bindExpression({ target: scope.target }, whole);
}

/** Data as it is stored in the type of the table: unsigned integers, milliseconds, one of some texts. */
function logical(data: Data, { name, column }: Field, stored: LogicalType): Data {
  if (sameType(stored, column.type)) return castColumn(data, column, name);
  if (column.type.kind === "oneOf") checkMembers(data, name, column.type.values);
  return castColumn(data, column, name);
}

function checkMembers(data: Data, column: string, members: readonly string[]): void {
  const known = new Set(members);
  const read = columnReader(data);
  for (let i = 0; i < data.length; i++) {
    const value = read(i) as string | null;
    if (value === null || known.has(value)) continue;
    throw new LakeError(
      "LAKE_INVALID_VALUE",
      `Row ${i}: column "${column}" is to be ${showValue(value)}, which is none of ${members.map(showValue).join(", ")}.`,
      { details: { row: i, column } },
    );
  }
}
