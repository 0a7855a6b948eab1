import type { Bound, Key } from "../where/bind.ts";
import { compareKeys } from "../where/compare.ts";
import type { Comparison } from "../where/expression.ts";
import type { Bounds, ColumnBounds } from "./bounds.ts";

/**
 * Whether rows within the bounds may satisfy a condition. False only where none can: what is not known is taken for
 * possible.
 */
export function mayMatch(bound: Bound, bounds: Bounds): boolean {
  switch (bound.op) {
    case "and":
      return bound.terms.every((term) => mayMatch(term, bounds));
    case "or":
      return bound.terms.some((term) => mayMatch(term, bounds));
    case "not":
      return mayFail(bound.term, bounds);
    case "expression":
      return true;
    case "isNull":
      return bounds.of(bound.column)?.nulls !== 0;
    case "isNotNull":
      return !allNull(bounds, bound.column);
    case "constant":
      return bound.value && !allNull(bounds, bound.column);
    default: {
      if (allNull(bounds, bound.column)) return false;
      const column = bounds.of(bound.column);
      return column === undefined || withinBounds(bound, column);
    }
  }
}

/** Whether rows within the bounds may make a condition false (not only unknown). */
function mayFail(bound: Bound, bounds: Bounds): boolean {
  switch (bound.op) {
    case "and":
      return bound.terms.some((term) => mayFail(term, bounds));
    case "or":
      return bound.terms.every((term) => mayFail(term, bounds));
    case "not":
      return mayMatch(bound.term, bounds);
    case "expression":
      return true;
    case "isNull":
      return !allNull(bounds, bound.column);
    case "isNotNull":
      return bounds.of(bound.column)?.nulls !== 0;
    case "constant":
      return !bound.value && !allNull(bounds, bound.column);
    case "inList":
    case "startsWith":
      return !allNull(bounds, bound.column);
    default:
      return mayMatch({ ...bound, op: OPPOSITE[bound.op] }, bounds);
  }
}

const OPPOSITE: Readonly<Record<Comparison, Comparison>> = {
  eq: "ne",
  ne: "eq",
  lt: "gte",
  lte: "gt",
  gt: "lte",
  gte: "lt",
};

type Test = Extract<
  Bound,
  { readonly op: Comparison } | { readonly op: "inList" } | { readonly op: "startsWith" }
>;

function withinBounds(bound: Test, { min, max, nan = false }: ColumnBounds): boolean {
  switch (bound.op) {
    case "inList":
      return bound.keys.some((key) => covers(min, max, key));
    case "startsWith": {
      if (max !== undefined && compareKeys(max, bound.prefix) < 0) return false;
      return (
        min === undefined ||
        compareKeys(min, bound.prefix) <= 0 ||
        (min as string).startsWith(bound.prefix)
      );
    }
    case "eq":
      return covers(min, max, bound.key);
    case "ne":
      return !(
        min !== undefined &&
        max !== undefined &&
        !nan &&
        compareKeys(min, max) === 0 &&
        compareKeys(min, bound.key) === 0
      );
    case "lt":
      return min === undefined || compareKeys(min, bound.key) < 0;
    case "lte":
      return min === undefined || compareKeys(min, bound.key) <= 0;
    // NaN is above every number and in no maximum.
    case "gt":
      return max === undefined || nan || compareKeys(max, bound.key) > 0;
    case "gte":
      return max === undefined || nan || compareKeys(max, bound.key) >= 0;
  }
}

function covers(min: Key | undefined, max: Key | undefined, key: Key): boolean {
  if (typeof key === "number" && Number.isNaN(key)) return true;
  return (
    (min === undefined || compareKeys(min, key) <= 0) &&
    (max === undefined || compareKeys(max, key) >= 0)
  );
}

function allNull(bounds: Bounds, column: string): boolean {
  const { nulls, allNull } = bounds.of(column) ?? {};
  return allNull ?? (nulls !== undefined && nulls > 0 && nulls === bounds.rows);
}
