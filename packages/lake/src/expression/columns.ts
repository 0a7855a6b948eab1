import type { Table } from "@lakewright/core";
import { placeOf, treeOf } from "./bind.ts";
import { isClockName } from "./functions/registry.ts";
import type { Expression } from "./expression.ts";
import type { ColumnsUsed, Scope } from "./types.ts";

/** The columns of the table an expression looks at. */
export function columnsNamed(table: Table, expression: Expression): readonly string[] {
  return columnsUsed({ target: table }, expression).target;
}

/** The top-level columns an expression looks at, each once. */
export function columnsUsed(scope: Scope, expression: Expression): ColumnsUsed {
  const used = { target: new Set<string>(), source: new Set<string>() };
  const visit = (one: Expression): void => {
    const tree = treeOf(one);
    if (tree.op === "call") tree.args.forEach(visit);
    else if (tree.op === "column") {
      const place = placeOf(scope, tree);
      used[place.of].add(place.column);
    }
  };
  visit(expression);
  return { target: [...used.target], source: [...used.source] };
}

/** Whether an expression depends on the time at which it is evaluated. */
export function usesClock(expression: Expression): boolean {
  const tree = treeOf(expression);
  return tree.op === "call" && (isClockName(tree.name) || tree.args.some(usesClock));
}
