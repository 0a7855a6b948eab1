import { joinSql, raw, type Sql, sql } from "@lakewright/sql";
import { invalidDefinition } from "../../define/names.ts";
import { derive, type Expr, type Setting } from "./expr.ts";

/** Sets of columns to group by, each giving rows of its own. */
export interface GroupingSets {
  readonly kind: "groupingSets";
  readonly sets: readonly (readonly Expr[])[];
}

/** The sets, as given. */
export function groupingSets(sets: readonly (readonly Expr[])[]): GroupingSets {
  if (sets.length === 0) throw invalidDefinition("groupingSets([]) groups by nothing at all.");
  return { kind: "groupingSets", sets };
}

/** All columns, all but the last, … none: totals of every level of a hierarchy. */
export function rollup(columns: readonly Expr[]): GroupingSets {
  return groupingSets(
    Array.from({ length: columns.length + 1 }, (_, k) => columns.slice(0, columns.length - k)),
  );
}

/** Every subset of the columns, the whole first. */
export function cubeOf(columns: readonly Expr[]): GroupingSets {
  if (columns.length > 12) {
    throw invalidDefinition(`A cube of ${columns.length} columns has ${2 ** columns.length} sets.`);
  }
  return groupingSets(
    Array.from({ length: 2 ** columns.length }, (_, bits) =>
      columns.filter((_, k) => (bits & (1 << (columns.length - 1 - k))) === 0),
    ),
  );
}

/** 1 where the row's set leaves the column out, so that its null means "all", else 0. */
export function grouping(...columns: readonly Expr[]): Expr<number> {
  const write = (setting: Setting): Sql => {
    if (!setting.emulated) return sql`GROUPING(${joinSql(columns)})`;
    const bits = columns.map((column) => (setting.absent.has(column.identity()) ? "1" : "0"));
    return raw(String(parseInt(bits.join(""), 2)));
  };
  return derive(columns, write, { direct: [], replaceable: false });
}

/** Every expression of the sets once, in order of their first appearance. */
export function groupedBy(groups: GroupingSets): Expr[] {
  const seen = new Map<string, Expr>();
  for (const expression of groups.sets.flat()) seen.set(expression.identity(), expression);
  return [...seen.values()];
}
