import type * as expressions from "../expression/engine.ts";
import { checkTree } from "./check.ts";
import type { Where } from "./expression.ts";

type Engine = typeof expressions;

let engine: Engine | undefined;

/** Loads what evaluates expressions: a page whose conditions compare columns with values goes without it. */
export async function loadEngine(): Promise<void> {
  engine ??= await import("../expression/engine.ts");
}

/** Whether a condition can be bound only once {@link loadEngine} was awaited. */
export function needsEngine(where: Where | undefined): boolean {
  if (engine !== undefined || where === undefined) return false;
  checkTree(where);
  return hasExpression(where);
}

/** What evaluates expressions, which whoever binds a condition has loaded. */
export function expressionEngine(): Engine {
  if (!engine) throw new Error("A condition with an expression is bound before loadEngine.");
  return engine;
}

function hasExpression(where: Where): boolean {
  switch (where.op) {
    case "sql":
    case "call":
      return true;
    case "and":
    case "or":
      return where.terms.some(hasExpression);
    case "not":
      return hasExpression(where.term);
    default:
      return false;
  }
}
