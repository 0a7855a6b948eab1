import type { LogicalType } from "@lakewright/core";
import { compareKeys } from "../where/compare.ts";
import { compareText } from "../where/text-order.ts";
import { numericPair } from "./arithmetic.ts";
import { castNode } from "./cast.ts";
import { invalidExpression } from "./errors.ts";
import { wholeComparison } from "./fast.ts";
import { adapted, adaptedTo } from "./literal.ts";
import { binary, isWanted, lengthOf, type Node } from "./node.ts";
import {
  BOOL,
  commonType,
  decimalOf,
  isNested,
  isNumeric,
  showType,
  type SqlType,
} from "./sql-type.ts";
import type { Value } from "./vector.ts";

type Order = (x: never, y: never) => number;

/** How values of a type stand to each other: NaN above every number and equal to itself, text by code points. */
export function orderOf(type: SqlType): (x: Value, y: Value) => number {
  const order = ((): Order => {
    switch (type.kind) {
      case "int8":
      case "int16":
      case "int32":
      case "date":
      case "bool":
        return (x: number, y: number) => x - y;
      case "utf8":
        return compareText as Order;
      case "float32":
      case "float64":
      case "binary":
        return compareKeys as Order;
      default:
        return (x: bigint, y: bigint) => (x < y ? -1 : x > y ? 1 : 0);
    }
  })();
  return order as (x: Value, y: Value) => number;
}

const TESTS: Readonly<Record<string, (order: number) => boolean>> = {
  "=": (order) => order === 0,
  "<>": (order) => order !== 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

/** `a < b` and the like; unknown where one of them is null, except for `<=>`. */
export function comparison(sign: string, left: Node, right: Node, text: string): Node {
  const [a, b] = comparable(left, right, text);
  const order = orderBetween(a.type, b.type);
  if (sign === "<=>") return nullSafe(a, b, order, text);
  const test = TESTS[sign]!;
  const compute = (x: Value, y: Value): number => Number(test(order(x, y)));
  return binary(BOOL, text, a, b, compute as never, wholeComparison(sign));
}

/** The order of values of two types that are the same, but for the digits of decimals. */
function orderBetween(a: SqlType, b: SqlType): (x: Value, y: Value) => number {
  if (a.kind !== "decimal" || b.kind !== "decimal" || a.scale === b.scale) return orderOf(a);
  const scale = Math.max(a.scale, b.scale);
  const [fx, fy] = [10n ** BigInt(scale - a.scale), 10n ** BigInt(scale - b.scale)];
  const order = orderOf(a);
  return (x, y) => order((x as bigint) * fx, (y as bigint) * fy);
}

/** Two values in the type they are compared in; decimals keep their digits. */
function comparable(left: Node, right: Node, text: string): readonly [Node, Node] {
  const [x, y] = adapted(left, right);
  const type = comparedType(x.type, y.type);
  if (!type) {
    throw invalidExpression(
      `${text} compares ${showType(left.type)} with ${showType(right.type)}, which have no common type.`,
      { hint: "Cast one of them: CAST(… AS …)." },
    );
  }
  if (type.kind === "null") return [castNode(x, BOOL), castNode(y, BOOL)];
  const [a, b] = isNumeric(type) ? numericPair(x, y) : [x, y];
  if (type.kind === "decimal")
    return [castNode(a, decimalOf(a.type)), castNode(b, decimalOf(b.type))];
  return [castNode(a, type, a.text), castNode(b, type, b.text)];
}

function comparedType(a: SqlType, b: SqlType): LogicalType | { readonly kind: "null" } | undefined {
  if (a.kind === "decimal" && b.kind === "decimal") {
    // Compared, not kept: the digits may be as many as it takes.
    const scale = Math.max(a.scale, b.scale);
    const whole = Math.max(a.precision - a.scale, b.precision - b.scale);
    return { kind: "decimal", precision: Math.min(whole + scale, 38), scale };
  }
  const [text, other] = a.kind === "utf8" ? [a, b] : [b, a];
  if (text.kind !== "utf8" || other.kind === "utf8" || other.kind === "null") {
    const decimal = a.kind === "decimal" || b.kind === "decimal";
    const common = commonType(a, b);
    return decimal && common?.kind === "decimal"
      ? comparedType(decimalOf(a), decimalOf(b))
      : common;
  }
  // Text of a column beside another type counts as that type.
  if (isNested(other)) return undefined;
  if (/^int/.test(other.kind)) return { kind: "int64" };
  return isNumeric(other) ? { kind: "float64" } : (other as LogicalType);
}

function nullSafe(a: Node, b: Node, order: (x: Value, y: Value) => number, text: string): Node {
  return {
    type: BOOL,
    text,
    evaluate(rows, mask) {
      const x = a.evaluate(rows, mask);
      const y = b.evaluate(rows, mask);
      const length = lengthOf([x, y], rows.rows);
      const values = new Uint8Array(length);
      const wanted = isWanted(mask, length, rows.rows);
      for (let i = 0; i < length; i++) {
        if (!wanted(i)) continue;
        const [j, k] = [i * x.step, i * y.step];
        const left = !x.valid || x.valid[j] === 1;
        const right = !y.valid || y.valid[k] === 1;
        values[i] = Number(
          left && right ? order(x.values[j]!, y.values[k]!) === 0 : left === right,
        );
      }
      return { type: BOOL, values, valid: undefined, step: x.step === 0 && y.step === 0 ? 0 : 1 };
    },
  };
}

/** `value IN (…)`; unknown where nothing is equal and something is null. */
export function membership(value: Node, items: readonly Node[], text: string): Node {
  if (items.length === 0) throw invalidExpression(`${text}: the list is empty.`);
  const [first, ...others] = items.map((item) => adaptedTo(value.type, item));
  let type: SqlType = comparable(value, first!, text)[0].type;
  for (const item of [first!, ...others]) {
    const next = comparedType(type, item.type);
    if (!next || next.kind === "null") {
      throw invalidExpression(
        `${text}: ${item.text} is ${showType(item.type)}, unlike the others.`,
      );
    }
    type = next;
  }
  const subject = castNode(value, type as LogicalType, value.text);
  const cast = [first!, ...others].map((item) => castNode(item, type as LogicalType, item.text));
  const order = orderOf(type);
  return {
    type: BOOL,
    text,
    evaluate(rows, mask) {
      const x = subject.evaluate(rows, mask);
      const lists = cast.map((item) => item.evaluate(rows, mask));
      const length = lengthOf([x, ...lists], rows.rows);
      const values = new Uint8Array(length);
      const valid = new Uint8Array(length);
      const constants = lists.every(({ step }) => step === 0);
      const present = lists.filter((list) => !list.valid || !constants || list.valid[0] === 1);
      const hasNull = constants && present.length < lists.length;
      // A set takes NaN for NaN and 0 for -0, as the order does.
      const set =
        constants && type.kind !== "binary"
          ? new Set(present.map((list) => list.values[0]!))
          : undefined;
      const wanted = isWanted(mask, length, rows.rows);
      for (let i = 0; i < length; i++) {
        const j = i * x.step;
        if ((x.valid && x.valid[j] !== 1) || !wanted(i)) continue;
        const key = x.values[j]!;
        let found = false;
        let unknown = hasNull;
        if (set) found = set.has(key);
        else {
          for (const list of present) {
            const k = i * list.step;
            if (list.valid && list.valid[k] !== 1) unknown = true;
            else if (order(key, list.values[k]!) === 0) {
              found = true;
              break;
            }
          }
        }
        values[i] = Number(found);
        valid[i] = Number(found || !unknown);
      }
      return { type: BOOL, values, valid, step: length === 1 && rows.rows !== 1 ? 0 : 1 };
    },
  };
}
