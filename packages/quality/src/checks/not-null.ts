import { raw, type Sql, sql } from "@lakewright/sql";
import type { RowRule } from "./definition.ts";

/** No null in the column. */
export function notNullRule(column: string): RowRule {
  return {
    kind: "row",
    judgesNulls: true,
    failsSql: ({ column: of }): Sql => sql`${of(column)}${raw(" IS NULL")}`,
    kernel: () => (view, mask) => {
      const valid = view.valid(column);
      if (valid) for (let i = 0; i < mask.length; i++) mask[i] = 1 - valid[i]!;
    },
    reason: () => `${column} is null`,
  };
}
