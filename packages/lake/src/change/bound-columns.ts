import type { Bound } from "../where/bind.ts";

/** The columns of the table a condition looks at. */
export function columnsOfBound(bound: Bound): readonly string[] {
  switch (bound.op) {
    case "and":
    case "or":
      return [...new Set(bound.terms.flatMap(columnsOfBound))];
    case "not":
      return columnsOfBound(bound.term);
    case "expression":
      return bound.condition.columns.target;
    default:
      return [bound.column];
  }
}
