import { caseOf, coalesce, extreme, nullIf, nullTest } from "../logic.ts";
import { define, type FunctionDefinition, type Functions } from "./define.ts";
import { numberFunctions } from "./number.ts";
import { textFunctions } from "./text.ts";
import { timeFunctions } from "./time.ts";

const orElse = define("nvl(value, other)", coalesce);

const choices: Functions = {
  coalesce: define("coalesce(value, …)", coalesce),
  nvl: orElse,
  ifnull: orElse,
  nullif: define("nullif(value, other)", ([a, b], text) => nullIf(a!, b!, text)),
  if: define("if(condition, value, other)", caseOf),
  greatest: define("greatest(value, other, …)", (args, text) => extreme(args, 1, text)),
  least: define("least(value, other, …)", (args, text) => extreme(args, -1, text)),
  isnull: define("isnull(value)", ([value], text) => nullTest(value!, true, text)),
  isnotnull: define("isnotnull(value)", ([value], text) => nullTest(value!, false, text)),
};

const functions = new Map<string, FunctionDefinition>(
  Object.entries({ ...choices, ...textFunctions, ...numberFunctions, ...timeFunctions }),
);

/** Functions of the time of a statement, which the scope knows or not. */
const clocks = new Set(["now", "current_timestamp", "current_date", "curdate"]);

export function isClockName(name: string): boolean {
  return clocks.has(name);
}

export function functionOf(name: string): FunctionDefinition | undefined {
  return functions.get(name);
}

/** Names that may stand before a parenthesis in SQL. */
export function isFunctionName(name: string): boolean {
  return functions.has(name) || clocks.has(name);
}

export function functionNames(): readonly string[] {
  return [...functions.keys(), ...clocks].sort();
}
