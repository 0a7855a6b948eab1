import type { Layout } from "../delta/schema/layout.ts";
import type { Bounds, ColumnBounds } from "../read/bounds.ts";
import type { Bound, Key } from "../where/bind.ts";
import { compareKeys } from "../where/compare.ts";

/** Columns whose bounds may be taken for proof; those of some writers are rounded. */
export type Trusted = (column: string) => boolean;

/** Some writers keep the statistics of decimals as doubles. */
export function trustedOf({ partitions, byName }: Layout): Trusted {
  return (name) => partitions.has(name) || byName.get(name)?.column.type.kind !== "decimal";
}

/**
 * Whether a condition is true for every row within the bounds. True only where that is certain: rows are deleted by it
 * without being looked at.
 */
export function alwaysHolds(bound: Bound, bounds: Bounds, trusted: Trusted): boolean {
  switch (bound.op) {
    case "and":
      return bound.terms.every((term) => alwaysHolds(term, bounds, trusted));
    case "or":
      return bound.terms.some((term) => alwaysHolds(term, bounds, trusted));
    case "not":
      return neverHolds(bound.term, bounds, trusted);
    case "expression":
      return false;
    case "constant":
      return bound.value && hasNoNulls(bounds, bound.column);
    case "isNull":
      return isAllNull(bounds, bound.column);
    case "isNotNull":
      return hasNoNulls(bounds, bound.column);
    default: {
      const column = bounds.of(bound.column);
      if (!column || !hasNoNulls(bounds, bound.column) || !trusted(bound.column)) return false;
      return allMeet(bound, column);
    }
  }
}

/** Whether a condition is false, not unknown, for every row within the bounds. */
function neverHolds(bound: Bound, bounds: Bounds, trusted: Trusted): boolean {
  switch (bound.op) {
    case "and":
      return bound.terms.some((term) => neverHolds(term, bounds, trusted));
    case "or":
      return bound.terms.every((term) => neverHolds(term, bounds, trusted));
    case "not":
      return alwaysHolds(bound.term, bounds, trusted);
    case "constant":
      return !bound.value && hasNoNulls(bounds, bound.column);
    case "isNull":
      return hasNoNulls(bounds, bound.column);
    case "isNotNull":
      return isAllNull(bounds, bound.column);
    case "eq":
      return alwaysHolds({ ...bound, op: "ne" }, bounds, trusted);
    case "ne":
      return alwaysHolds({ ...bound, op: "eq" }, bounds, trusted);
    case "lt":
      return alwaysHolds({ ...bound, op: "gte" }, bounds, trusted);
    case "lte":
      return alwaysHolds({ ...bound, op: "gt" }, bounds, trusted);
    case "gt":
      return alwaysHolds({ ...bound, op: "lte" }, bounds, trusted);
    case "gte":
      return alwaysHolds({ ...bound, op: "lt" }, bounds, trusted);
    default:
      return false;
  }
}

type Test = Exclude<
  Bound,
  { readonly op: "and" | "or" | "not" | "expression" | "constant" | "isNull" | "isNotNull" }
>;

function allMeet(bound: Test, { min, max, nan = false }: ColumnBounds): boolean {
  const above = (key: Key, orAt: boolean): boolean =>
    min !== undefined && (orAt ? compareKeys(min, key) >= 0 : compareKeys(min, key) > 0);
  const below = (key: Key, orAt: boolean): boolean =>
    // NaN is above every number and in no maximum.
    !nan && max !== undefined && (orAt ? compareKeys(max, key) <= 0 : compareKeys(max, key) < 0);
  const oneValue = (key: Key): boolean => above(key, true) && below(key, true);
  switch (bound.op) {
    case "eq":
      return oneValue(bound.key);
    case "ne":
      return above(bound.key, false) || below(bound.key, false);
    case "lt":
      return below(bound.key, false);
    case "lte":
      return below(bound.key, true);
    case "gt":
      return above(bound.key, false);
    case "gte":
      return above(bound.key, true);
    case "inList":
      return bound.keys.some(oneValue);
    case "startsWith":
      return false;
  }
}

function hasNoNulls(bounds: Bounds, name: string): boolean {
  const column = bounds.of(name);
  return column?.nulls === 0 && column.allNull !== true;
}

function isAllNull(bounds: Bounds, name: string): boolean {
  const { nulls, allNull } = bounds.of(name) ?? {};
  return allNull ?? (nulls !== undefined && bounds.rows !== undefined && nulls === bounds.rows);
}
