import type { Expression } from "./expression.ts";
import { showLiteral } from "./literal.ts";

const SIGNS = new Set("+ - * / % || = <> < <= > >= <=>".split(" "));

/** An expression as SQL: what is read again gives the same expression. */
export function showExpression(expression: Expression): string {
  switch (expression.op) {
    case "sql":
      return expression.text.trim();
    case "literal":
      return showTyped(expression.value, expression.type);
    case "column": {
      const { column, path = [], of } = expression;
      const names = [column, ...path].map(showName);
      return (of === "source" ? ["source", ...names] : names).join(".");
    }
    case "call":
      return showCall(expression.name, expression.args, expression.type);
  }
}

function showName(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) && !RESERVED.has(name.toLowerCase())
    ? name
    : `\`${name.replaceAll("`", "``")}\``;
}

const RESERVED = new Set(
  "and or not is in between like rlike regexp escape case when then else end cast as from null true false select date timestamp".split(
    " ",
  ),
);

function showCall(name: string, args: readonly Expression[], type: string | undefined): string {
  const parts = args.map((arg) => inner(arg));
  if (SIGNS.has(name) || name === "div") return parts.join(` ${name} `);
  switch (name) {
    case "and":
    case "or":
      return parts.length === 0 ? String(name === "and") : parts.join(` ${name.toUpperCase()} `);
    case "not":
      return `NOT ${parts[0] ?? ""}`;
    case "negative":
      return `-${parts[0] ?? ""}`;
    case "isnull":
      return `${parts[0] ?? ""} IS NULL`;
    case "isnotnull":
      return `${parts[0] ?? ""} IS NOT NULL`;
    case "cast":
      return `CAST(${args.map(showExpression).join(", ")} AS ${(type ?? "?").toUpperCase()})`;
    case "in":
      return `${parts[0] ?? ""} IN (${args.slice(1).map(showExpression).join(", ")})`;
    case "like":
    case "rlike":
      return (
        parts.slice(0, 2).join(` ${name.toUpperCase()} `) + (parts[2] ? ` ESCAPE ${parts[2]}` : "")
      );
    case "case": {
      const whens = [];
      for (let k = 0; k + 1 < args.length; k += 2) {
        whens.push(`WHEN ${showExpression(args[k]!)} THEN ${showExpression(args[k + 1]!)}`);
      }
      const rest = args.length % 2 === 1 ? ` ELSE ${showExpression(args.at(-1)!)}` : "";
      return `CASE ${whens.join(" ")}${rest} END`;
    }
    default:
      return `${name}(${args.map(showExpression).join(", ")})`;
  }
}

function inner(expression: Expression): string {
  const text = showExpression(expression);
  const closed =
    expression.op === "column" ||
    (expression.op === "literal" && !text.startsWith("-")) ||
    (expression.op === "call" &&
      /^[a-z_]+\(.*\)$|^CASE .* END$|^CAST\(.*\)$/s.test(text) &&
      !isInfix(expression.name));
  return closed ? text : `(${text})`;
}

function isInfix(name: string): boolean {
  return (
    SIGNS.has(name) ||
    ["div", "and", "or", "not", "in", "like", "rlike", "isnull", "isnotnull"].includes(name)
  );
}

function showTyped(value: unknown, type: string | undefined): string {
  const text = showLiteral(value);
  switch (type) {
    case "bigint":
      return `${text}L`;
    case "smallint":
      return `${text}S`;
    case "tinyint":
      return `${text}Y`;
    case "float":
      return /^-?[\d.]+(?:E[+-]?\d+)?$/.test(text) ? `${text}F` : text;
    case "double":
      return /^-?[\d.]+(?:E[+-]?\d+)?$/.test(text) ? `${text}D` : text;
    default:
      return text;
  }
}
