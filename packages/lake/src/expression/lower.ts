import type { Bound } from "../where/bind.ts";
import { LakeError } from "../errors.ts";
import type { Expression } from "./expression.ts";
import type { Scope } from "./types.ts";

/** A condition as far as plain comparisons of columns go, and expressions for the rest. */
export function bindExpression(_scope: Scope, _expression: Expression): Bound {
  throw new LakeError("LAKE_UNSUPPORTED_FEATURE", "not yet");
}
