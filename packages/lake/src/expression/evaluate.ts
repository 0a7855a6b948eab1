import type { Field } from "@lakewright/core";
import { LakeError } from "../errors.ts";
import type { Where } from "../where/expression.ts";
import type { Value } from "./expression.ts";
import type { BoundCondition, BoundValue, JoinCondition, Scope } from "./types.ts";

/**
 * Checks an expression against the tables and prepares it to give the values of a column. A value is assigned as Spark's
 * ANSI mode does: decimals are rounded half up to the scale of the column, what does not fit is an error.
 *
 * @throws LakeError LAKE_INVALID_EXPRESSION
 */
export function bindValue(_scope: Scope, _value: Value, _into: Field): BoundValue {
  throw new LakeError("LAKE_UNSUPPORTED_FEATURE", "not yet");
}

/**
 * Checks a condition against the tables.
 *
 * @throws LakeError LAKE_INVALID_EXPRESSION
 */
export function bindCondition(_scope: Scope, _where: Where): BoundCondition {
  throw new LakeError("LAKE_UNSUPPORTED_FEATURE", "not yet");
}

/** Takes a condition on two tables apart into pairs that must be equal, and the rest. */
export function joinCondition(_scope: Scope, _where: Where): JoinCondition {
  throw new LakeError("LAKE_UNSUPPORTED_FEATURE", "not yet");
}
