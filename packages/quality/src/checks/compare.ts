import { decimal, type LogicalType, sameType } from "@lakewright/core";
import { raw, type Sql, sql } from "@lakewright/sql";
import type { BatchView } from "../batch/view.ts";
import { QualityError } from "../errors.ts";
import { plain } from "../values/plain.ts";
import { familyOf } from "../values/family.ts";
import { scaleOf } from "../values/units.ts";
import type { Comparison } from "./builder.ts";
import type { RowRule, SqlScope } from "./definition.ts";
import { anyOf, isNaN as isNaNSql } from "./sql.ts";

type Order = (a: number | bigint | string, b: number | bigint | string) => boolean;

const ORDERS: Readonly<Record<Comparison, Order>> = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  "=": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  ">=": (a, b) => a >= b,
  ">": (a, b) => a > b,
};
const OPPOSITES: Readonly<Record<Comparison, string>> = {
  "<": ">=",
  "<=": ">",
  "=": "<>",
  "!=": "=",
  ">=": "<",
  ">": "<=",
};

/** Two columns of a row in a relation. */
export function compareRule(
  subject: string,
  types: Readonly<Record<string, LogicalType>>,
  left: string,
  comparison: Comparison,
  right: string,
): RowRule {
  const a = types[left]!;
  const b = types[right]!;
  checkComparable(subject, a, comparison, b);
  const family = familyOf(a);
  const holds = ORDERS[comparison];
  return {
    kind: "row",
    failsSql: (scope) =>
      anyOf([
        ...(family === "float"
          ? [isNaNSql(scope.column(left)), isNaNSql(scope.column(right))]
          : []),
        sql`${operand(scope, left, a, b)} ${raw(OPPOSITES[comparison])} ${operand(scope, right, b, a)}`,
      ]),
    kernel: () => (view, mask) => {
      const [x, y] = comparable(view, left, a, right, b);
      if (family === "float") {
        for (let i = 0; i < mask.length; i++) {
          const usable = !Number.isNaN(x[i]!) && !Number.isNaN(y[i]!);
          mask[i] = usable && holds(x[i]!, y[i]!) ? 0 : 1;
        }
      } else {
        for (let i = 0; i < mask.length; i++) mask[i] = holds(x[i]!, y[i]!) ? 0 : 1;
      }
    },
    reason: ([x, y]) => `${left} ${plain(x, a)} is not ${comparison} ${right} ${plain(y, b)}`,
  };
}

function comparable(
  view: BatchView,
  left: string,
  a: LogicalType,
  right: string,
  b: LogicalType,
): readonly [ArrayLike<number | bigint | string>, ArrayLike<number | bigint | string>] {
  if (familyOf(a) === "text") return [view.texts(left), view.texts(right)];
  const [up, down] = factors(a, b);
  const x = view.numbers(left);
  const y = view.numbers(right);
  if (up === 1n && down === 1n && x.exact && y.exact) return [x.values, y.values];
  return [
    view.units(left).map((units) => units * up),
    view.units(right).map((units) => units * down),
  ];
}

/** What the units of two types are multiplied with to be the same. */
function factors(a: LogicalType, b: LogicalType): readonly [bigint, bigint] {
  if (a.kind === "timestamp" && b.kind === "timestamp") {
    return [a.unit === "ms" ? 1000n : 1n, b.unit === "ms" ? 1000n : 1n];
  }
  const scale = Math.max(scaleOf(a), scaleOf(b));
  return [10n ** BigInt(scale - scaleOf(a)), 10n ** BigInt(scale - scaleOf(b))];
}

/** Numbers of different types are compared as the decimal that holds both: engines would go through doubles. */
function operand(scope: SqlScope, name: string, own: LogicalType, other: LogicalType): Sql {
  const column = scope.column(name);
  if (!needsCast(own, other)) return column;
  const { precision, scale } = commonDecimal(own, other);
  const type = scope.dialect.columnType(decimal(precision, scale));
  return sql`CAST(${column} AS ${raw(type)})`;
}

function needsCast(a: LogicalType, b: LogicalType): boolean {
  return (a.kind === "decimal" || b.kind === "decimal") && !sameType(a, b);
}

function commonDecimal(a: LogicalType, b: LogicalType): { precision: number; scale: number } {
  const scale = Math.max(scaleOf(a), scaleOf(b));
  return { precision: Math.max(wholeDigits(a), wholeDigits(b)) + scale, scale };
}

function wholeDigits(type: LogicalType): number {
  return type.kind === "decimal" ? type.precision - type.scale : 20;
}

function checkComparable(
  subject: string,
  a: LogicalType,
  comparison: Comparison,
  b: LogicalType,
): void {
  if (!Object.hasOwn(ORDERS, comparison)) {
    throw new QualityError(
      "QUALITY_INVALID_CONTRACT",
      `${subject}: "${String(comparison)}" is no comparison.`,
      { hint: `There are ${Object.keys(ORDERS).join(" ")}.` },
    );
  }
  const family = familyOf(a);
  if (family !== familyOf(b) || family === "nested" || family === "binary" || family === "bool") {
    throw new QualityError(
      "QUALITY_CHECK_TYPE",
      `${subject} compares ${a.kind} with ${b.kind}, which have no order in common.`,
      { hint: "Both are exact numbers, floats, texts, dates, instants, or wall clock times." },
    );
  }
  if (family === "text" && comparison !== "=" && comparison !== "!=") {
    throw new QualityError("QUALITY_CHECK_TYPE", `${subject}: texts are compared with = and !=.`, {
      hint: "Their order depends on the collation of the engine.",
    });
  }
  if (needsCast(a, b) && commonDecimal(a, b).precision > 38) {
    throw new QualityError(
      "QUALITY_CHECK_TYPE",
      `${subject}: no decimal of 38 digits holds both ${a.kind} and ${b.kind}.`,
      { hint: "Declare the decimal with fewer digits." },
    );
  }
}
