import { columnOf, type Table } from "@lakewright/core";
import { bindCondition, joinCondition } from "../expression/evaluate.ts";
import { call, type Expression } from "../expression/expression.ts";
import type { BoundCondition } from "../expression/types.ts";
import { invalidOption, isNames } from "../options.ts";
import type { Where } from "../where/expression.ts";
import type { KeyPair } from "./source-index.ts";

/** When a source row matches a row of the table. */
export interface On {
  /** Columns that must be equal. */
  readonly keys: readonly KeyPair[];
  /** What else must hold. */
  readonly rest: BoundCondition | undefined;
}

/**
 * Takes the condition of a merge apart.
 *
 * @throws LakeError LAKE_INVALID_OPTION, LAKE_INVALID_EXPRESSION; CoreError CORE_SCHEMA_MISMATCH for a column that is not there.
 */
export function bindOn(target: Table, source: Table, on: readonly string[] | Where): On {
  if (Array.isArray(on)) {
    if (isNames(on) !== undefined || on.length === 0) {
      throw invalidOption(
        "merge: on must name a column at least, or be a condition.",
        'Write on: ["id"], or on: eq("id", source("id")).',
      );
    }
    const names = [...new Set(on as readonly string[])];
    for (const name of names) {
      columnOf(target, name);
      columnOf(source, name);
    }
    return { keys: names.map((name) => ({ source: name, target: name })), rest: undefined };
  }
  const scope = { target, source };
  const { equal, rest } = joinCondition(scope, on as Where);
  const keys: KeyPair[] = [];
  const others: Expression[] = rest ? [rest] : [];
  for (const pair of equal) {
    const names = { target: plainColumn(pair.target), source: plainColumn(pair.source) };
    if (names.target !== undefined && names.source !== undefined) keys.push(names as KeyPair);
    else others.push(call("=", pair.target, pair.source));
  }
  const condition = others.reduce<Expression | undefined>(
    (all, other) => (all ? call("and", all, other) : other),
    undefined,
  );
  return { keys, rest: condition && bindCondition(scope, condition as Where) };
}

/** The name of the column an expression is, where it is no more than that. */
function plainColumn(expression: Expression): string | undefined {
  if (expression.op !== "column" || (expression.path?.length ?? 0) > 0) return undefined;
  return expression.column;
}
