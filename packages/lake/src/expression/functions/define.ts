import { castNode } from "../cast.ts";
import { invalidExpression } from "../errors.ts";
import type { Node } from "../node.ts";
import {
  DATE,
  DOUBLE,
  INT,
  isInteger,
  isNested,
  isNumeric,
  LONG,
  NAIVE_TIMESTAMP,
  showType,
  TEXT,
  TIMESTAMP,
} from "../sql-type.ts";

/** A function of expressions. */
export interface FunctionDefinition {
  /** "substring(text, from[, length])" */
  readonly usage: string;
  bind(args: readonly Node[], text: string): Node;
}

export type Functions = Readonly<Record<string, FunctionDefinition>>;

/** A function whose number of arguments is checked by its usage. */
export function define(
  usage: string,
  bind: (args: readonly Node[], text: string) => Node,
): FunctionDefinition {
  const inside = usage.slice(usage.indexOf("(") + 1, -1);
  const count = (text: string): number =>
    text.split(",").filter((part) => part.trim() !== "").length;
  const most = inside.endsWith("…") ? Infinity : count(inside.replaceAll(/[[\]]/g, ""));
  const least = count(inside.replaceAll(/\[[^\]]*\]/g, "").replace(/,?\s*…$/, ""));
  return {
    usage,
    bind(args, text) {
      if (args.length < least || args.length > most) {
        throw invalidExpression(`${text} has ${args.length} arguments.`, {
          hint: `It is ${usage}.`,
        });
      }
      return bind(args, text);
    },
  };
}

/** The argument as text, as Spark makes text of anything that is no list, struct or map. */
export function asText(node: Node): Node {
  if (isNested(node.type)) throw wrong(node, "a text");
  return castNode(node, TEXT, node.text);
}

export function asInt(node: Node): Node {
  if (!isInteger(node.type) && node.type.kind !== "null" && node.type.kind !== "utf8") {
    throw wrong(node, "an integer");
  }
  return castNode(node, INT, node.text);
}

export function asLong(node: Node): Node {
  if (!isInteger(node.type) && node.type.kind !== "null") throw wrong(node, "an integer");
  return castNode(node, LONG, node.text);
}

export function asDouble(node: Node): Node {
  if (!isNumeric(node.type) && node.type.kind !== "utf8" && node.type.kind !== "null") {
    throw wrong(node, "a number");
  }
  return castNode(node, DOUBLE, node.text);
}

/** Numbers as they are, texts as doubles. */
export function asNumber(node: Node): Node {
  return isNumeric(node.type) ? node : asDouble(node);
}

export function asDate(node: Node): Node {
  if (!["date", "timestamp", "utf8", "null"].includes(node.type.kind)) throw wrong(node, "a date");
  return castNode(node, DATE, node.text);
}

/** A time as microseconds; a timestamp without zone stays one. */
export function asTimestamp(node: Node): Node {
  if (!["date", "timestamp", "utf8", "null"].includes(node.type.kind)) throw wrong(node, "a time");
  const naive = node.type.kind === "timestamp" && !node.type.utc;
  return castNode(node, naive ? NAIVE_TIMESTAMP : TIMESTAMP, node.text);
}

/** The text of a literal argument. */
export function literalText(node: Node, what: string): string {
  const value = node.literal?.value;
  if (typeof value === "string") return value;
  throw invalidExpression(`${node.text} is no text literal, as ${what} must be.`);
}

function wrong(node: Node, wanted: string): Error {
  return invalidExpression(`${node.text} is ${showType(node.type)}, where ${wanted} is wanted.`, {
    hint: "Cast it: CAST(… AS …).",
  });
}
