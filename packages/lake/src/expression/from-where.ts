import { columnOf } from "@lakewright/core";
import { invalidOption } from "../options.ts";
import { checkTree } from "../where/check.ts";
import { signOf, type Where } from "../where/expression.ts";
import { showValue } from "@lakewright/core";
import { treeOf } from "./bind.ts";
import type { Call, Expression } from "./expression.ts";
import type { Scope } from "./types.ts";

/**
 * A condition as an expression.
 *
 * @throws CoreError CORE_SCHEMA_MISMATCH for a column the target does not have; LakeError LAKE_INVALID_OPTION for what is no
 * condition
 */
export function fromWhere(where: Where, scope?: Scope): Expression {
  checkTree(where);
  return expressionOf(where, scope);
}

function expressionOf(where: Where, scope: Scope | undefined): Expression {
  const column = (name: string): Expression => {
    if (scope?.target) columnOf(scope.target, name);
    return { op: "column", column: name, ...(scope?.target ? { of: "target" as const } : {}) };
  };
  const literal = (value: unknown): Expression => ({ op: "literal", value: value as null });
  const make = (name: string, ...args: Expression[]): Call => ({ op: "call", name, args });
  switch (where.op) {
    case "sql":
    case "call":
      return treeOf(where);
    case "and":
    case "or":
      return make(where.op, ...where.terms.map((term) => expressionOf(term, scope)));
    case "not":
      return make("not", expressionOf(where.term, scope));
    case "isNull":
      return make("isnull", column(where.column));
    case "isNotNull":
      return make("isnotnull", column(where.column));
    case "inList":
      return where.values.length === 0
        ? make("and", make("isnull", column(where.column)), literal(null))
        : { op: "call", name: "in", args: [column(where.column), ...where.values.map(literal)] };
    case "startsWith":
      return make("startswith", column(where.column), literal(where.prefix));
    case "eq":
    case "ne":
    case "lt":
    case "lte":
    case "gt":
    case "gte":
      return make(signOf(where.op), column(where.column), literal(where.value));
    default:
      throw invalidOption(
        `where: there is no condition ${showValue((where as { op?: unknown }).op)}.`,
        "Conditions are made by eq, ne, lt, lte, gt, gte, inList, isNull, startsWith, and, or, not, sql.",
      );
  }
}
