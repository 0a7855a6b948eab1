import type { LogicalType, Table } from "@lakewright/core";
import type { Data, RecordBatch } from "apache-arrow";
import { checkTree } from "../where/check.ts";
import { arithmetic, negative } from "./arithmetic.ts";
import { castNode } from "./cast.ts";
import { comparison, membership } from "./comparison.ts";
import { invalidExpression } from "./errors.ts";
import type { Call, Expression } from "./expression.ts";
import { functionNames, functionOf, isClockName } from "./functions/registry.ts";
import { concat } from "./functions/text.ts";
import { literalNode } from "./literal.ts";
import { caseOf, junction, negation } from "./logic.ts";
import type { Node } from "./node.ts";
import { parseSql } from "./parse.ts";
import { likeNode, regexNode } from "./pattern.ts";
import { showExpression } from "./show.ts";
import { DATE, requireType, TIMESTAMP, typeOfColumn } from "./sql-type.ts";
import { structField } from "./struct-field.ts";
import type { Scope } from "./types.ts";
import { constantVector, fromData } from "./vector.ts";

/** A column an expression names, found in the tables. */
export interface ColumnPlace {
  readonly of: "target" | "source";
  /** The top-level column, as the table spells it. */
  readonly column: string;
  /** Fields inside it, as its type spells them. */
  readonly path: readonly string[];
  readonly type: LogicalType;
}

/** SQL in an expression as a tree. */
export function treeOf(expression: Expression): Exclude<Expression, { readonly op: "sql" }> {
  return expression.op === "sql"
    ? (parseSql(expression.text) as Exclude<Expression, { readonly op: "sql" }>)
    : expression;
}

/**
 * Checks an expression against the tables: its columns, functions and types.
 *
 * @throws LakeError LAKE_INVALID_EXPRESSION
 */
export function bindNode(scope: Scope, expression: Expression): Node {
  checkTree(expression);
  return nodeOf(scope, expression);
}

function nodeOf(scope: Scope, expression: Expression): Node {
  const tree = treeOf(expression);
  switch (tree.op) {
    case "literal":
      return literalNode(tree.value, tree.type);
    case "column":
      return columnNode(placeOf(scope, tree));
    case "call":
      return callNode(scope, tree);
    default:
      throw invalidExpression(
        `There is no expression ${JSON.stringify((tree as { op: unknown }).op)}.`,
      );
  }
}

function callNode(scope: Scope, call: Call): Node {
  const text = showExpression(call);
  const { name } = call;
  const args = call.args.map((arg) => nodeOf(scope, arg));
  const take = (count: number): readonly Node[] => {
    if (args.length === count) return args;
    throw invalidExpression(
      `${name} is applied to ${count} values, not to ${args.length}: ${text}.`,
    );
  };
  switch (name) {
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
    case "div":
      return arithmetic(name, take(2)[0]!, args[1]!, text);
    case "negative":
      return negative(take(1)[0]!, text);
    case "||":
      return concat(take(2), text);
    case "=":
    case "<>":
    case "<":
    case "<=":
    case ">":
    case ">=":
    case "<=>":
      return comparison(name, take(2)[0]!, args[1]!, text);
    case "and":
    case "or":
      return junction(name, args, text);
    case "not":
      return negation(take(1)[0]!, text);
    case "in":
      return membership(args[0] ?? take(1)[0]!, args.slice(1), text);
    case "like":
      return likeNode(args, text);
    case "rlike":
      return regexNode(args, text);
    case "case":
      return caseOf(args, text);
    case "cast":
      return castNode(take(1)[0]!, requireType(call.type ?? "", {}), text);
  }
  if (isClockName(name)) {
    take(0);
    return clockNode(scope, name, text);
  }
  const definition = functionOf(name);
  if (definition) return definition.bind(args, text);
  throw invalidExpression(`There is no function ${name}.`, {
    hint: `The functions are ${functionNames().join(", ")}.`,
  });
}

/** The time of the statement, the same in every row. */
function clockNode(scope: Scope, name: string, text: string): Node {
  if (!scope.clock) {
    throw invalidExpression(`${text}: the time is known only where rows are written.`, {
      hint: 'Give the time as a value: gt("at", new Date(…)).',
    });
  }
  const now: Node = {
    type: TIMESTAMP,
    text,
    evaluate: (rows) => constantVector(TIMESTAMP, rows.now ?? 0n),
  };
  return /date$/.test(name) ? castNode(now, DATE, text) : now;
}

type ColumnExpression = Extract<Expression, { readonly op: "column" }>;

/**
 * Finds the column an expression names: by its name exactly, without regard to case else; "source.x" and "target.x" say
 * of which table; a name with dots may lead into structs.
 *
 * @throws LakeError LAKE_INVALID_EXPRESSION naming the columns there are
 */
export function placeOf(scope: Scope, expression: ColumnExpression): ColumnPlace {
  const { column, path = [], of } = expression;
  const sides = of ? ([of] as const) : (["target", "source"] as const);
  for (const side of sides) {
    const place = placeIn(scope[side], side, [column, ...path]);
    if (place) return place;
  }
  const qualifier = column.toLowerCase();
  if (!of && path.length > 0 && (qualifier === "source" || qualifier === "target")) {
    const place = placeIn(scope[qualifier], qualifier, path);
    if (place) return place;
  }
  if (path.length === 0 && column.includes(".")) {
    const [first, ...rest] = column.split(".");
    return placeOf(scope, { op: "column", column: first!, path: rest, of });
  }
  throw unknownColumn(scope, expression);
}

function placeIn(
  table: Table | undefined,
  of: ColumnPlace["of"],
  names: readonly string[],
): ColumnPlace | undefined {
  const field = table && named(table.fields, names[0]!);
  if (!field) return undefined;
  const path: string[] = [];
  let { type } = field.column;
  for (const name of names.slice(1)) {
    if (type.kind !== "struct") return undefined;
    const inner = named(
      Object.entries(type.fields).map(([key, column]) => ({ name: key, column })),
      name,
    );
    if (!inner) return undefined;
    path.push(inner.name);
    type = inner.column.type;
  }
  return { of, column: field.name, path, type };
}

function named<F extends { readonly name: string }>(
  fields: readonly F[],
  name: string,
): F | undefined {
  const exact = fields.find((field) => field.name === name);
  if (exact) return exact;
  const similar = fields.filter((field) => field.name.toLowerCase() === name.toLowerCase());
  return similar.length === 1 ? similar[0] : undefined;
}

function unknownColumn(
  { target, source }: Scope,
  { column, path = [], of }: ColumnExpression,
): Error {
  const name = [column, ...path].join(".");
  const columns = (table: Table | undefined): string =>
    table?.fields.map((field) => field.name).join(", ") ?? "";
  const sides = [
    ...(target && of !== "source"
      ? [`the columns of "${target.name}" are ${columns(target)}`]
      : []),
    ...(source && of !== "target" ? [`those of the source are ${columns(source)}`] : []),
  ].join("; ");
  return invalidExpression(
    `There is no column "${name}"${of === "source" ? " in the source" : ""}.`,
    {
      hint:
        sides === ""
          ? "No column can be named here."
          : `${sides[0]!.toUpperCase()}${sides.slice(1)}.`,
    },
  );
}

function columnNode({ of, column, path, type }: ColumnPlace): Node {
  const stored = typeOfColumn(type);
  return {
    type: stored,
    text: showExpression({ op: "column", column, path, of: of === "source" ? of : undefined }),
    evaluate(rows) {
      let data = dataOf(rows[of], column);
      if (path.length > 0) data = structField(data, path);
      return fromData(data, stored);
    },
  };
}

function dataOf(batch: RecordBatch | undefined, name: string): Data {
  const k = batch?.schema.fields.findIndex((field) => field.name === name) ?? -1;
  if (k >= 0) return batch!.data.children[k]!;
  throw invalidExpression(`The rows have no column "${name}".`);
}
