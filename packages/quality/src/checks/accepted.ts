import { type LogicalType, showValue } from "@lakewright/core";
import { bind, joinSql, raw, type Sql, sql } from "@lakewright/sql";
import { markTexts } from "../batch/text.ts";
import { QualityError } from "../errors.ts";
import { plain } from "../values/plain.ts";
import { canonicalKeys } from "../values/canonical.ts";
import { familyOf, relaxedColumn } from "../values/family.ts";
import { type Key, keysOf } from "../values/keys.ts";
import type { RowKernel, RowRule } from "./definition.ts";

/** More belong into a table, where an engine can join them. */
const MOST_VALUES = 10_000;

/** Values a column may have, or may not. */
export function acceptedRule(
  subject: string,
  column: string,
  declared: LogicalType,
  values: readonly unknown[],
  accepted: boolean,
): RowRule {
  const type = relaxedColumn({ type: declared, nullable: true }).type;
  if (!Array.isArray(values)) {
    throw new QualityError(
      "QUALITY_INVALID_CONTRACT",
      `${subject} is given ${showValue(values)}, not a list of values.`,
      { hint: "Give an array of values." },
    );
  }
  if (values.length === 0) {
    throw new QualityError("QUALITY_INVALID_CONTRACT", `${subject} lists no value.`, {
      hint: "Give at least one.",
    });
  }
  const keys = canonicalKeys(subject, type, values);
  return {
    kind: "row",
    failsSql: ({ column: of }) => {
      if (values.length > MOST_VALUES) throw tooMany(subject, values.length);
      return sql`${of(column)} ${raw(accepted ? "NOT IN" : "IN")} (${listed(values, type)})`;
    },
    kernel: () => membershipKernel(column, type, keys, accepted),
    reason: ([value]) =>
      `${plain(value, type)} is ${accepted ? "none" : "one"} of ${showSome(values, type)}`,
  };
}

/** Marks the values that are in the set, or that are not. */
export function membershipKernel(
  column: string,
  type: LogicalType,
  keys: ReadonlySet<Key>,
  accepted: boolean,
): RowKernel {
  if (familyOf(type) === "text") {
    return (view, mask) => markTexts(view, column, (text) => keys.has(text) !== accepted, mask);
  }
  return (view, mask) => {
    const key = keysOf(view, [column]);
    for (let i = 0; i < mask.length; i++) mask[i] = keys.has(key(i)) === accepted ? 0 : 1;
  };
}

/** The first few values, in words. */
export function showSome(values: readonly unknown[], type: LogicalType): string {
  const shown = values.slice(0, 8).map((value) => plain(value, type));
  return values.length > shown.length
    ? `${shown.join(", ")} and ${values.length - shown.length} more`
    : shown.join(", ");
}

function listed(values: readonly unknown[], type: LogicalType): Sql {
  return joinSql(values.map((value) => bind(value, type)));
}

function tooMany(subject: string, count: number): QualityError {
  return new QualityError(
    "QUALITY_UNSUPPORTED",
    `${subject} lists ${showValue(count)} values; a query takes ${MOST_VALUES} at most.`,
    { hint: "Keep them in a table of the engine: references(engine.table(…), column)." },
  );
}
