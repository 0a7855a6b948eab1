import { showValue } from "@lakewright/core";
import { invalidOption } from "../options.ts";

/** Each level costs stack where a condition is bound, shown and evaluated. */
const MOST_LEVELS = 400;

interface Tree {
  readonly op?: unknown;
  readonly term?: unknown;
  readonly terms?: unknown;
  readonly args?: unknown;
  readonly values?: unknown;
  readonly text?: unknown;
}

/**
 * Checks the shape of a condition or expression, which is plain data and may come from anywhere, and that it ends.
 *
 * @throws LakeError LAKE_INVALID_OPTION
 */
export function checkTree(tree: unknown): void {
  const open: (readonly [tree: unknown, level: number])[] = [[tree, 1]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [node, level] = next;
    if (level > MOST_LEVELS) throw tooDeep();
    for (const part of partsOf(node)) open.push([part, level + 1]);
  }
}

function partsOf(node: unknown): readonly unknown[] {
  if (typeof node !== "object" || node === null || Array.isArray(node)) {
    throw invalidOption(
      `A condition or expression is wanted, and there is ${showValue(node)}.`,
      'Write eq("id", 1n), or sql("id = 1") for text.',
    );
  }
  const { op, term, terms, args, values, text } = node as Tree;
  switch (op) {
    case "and":
    case "or":
      return listOf(op, "terms", terms);
    case "not":
      return [term];
    case "call":
      return listOf(op, "args", args);
    case "inList":
      listOf(op, "values", values);
      return [];
    case "sql":
      if (typeof text === "string") return [];
      throw invalidOption(`The text of a "sql" expression is ${showValue(text)}.`);
    default:
      return [];
  }
}

function listOf(op: string, name: string, list: unknown): readonly unknown[] {
  if (Array.isArray(list)) return list;
  throw invalidOption(`The ${name} of "${op}" are ${showValue(list)}; give a list.`);
}

function tooDeep(): Error {
  return invalidOption(
    `A condition or expression is nested more than ${MOST_LEVELS} levels deep.`,
    "and(…), or(…) and inList take any number of terms at once.",
  );
}
