import { sql } from "@lakewright/sql";
import type { BatchView } from "../batch/view.ts";
import { type Key, keysOf } from "../values/keys.ts";
import type { CountBounds } from "./builder.ts";
import { withinCount } from "./count-bounds.ts";
import type { AggregateRule } from "./definition.ts";

/** The number of different values of a column within limits. */
export function distinctRule(
  column: string,
  bounds: CountBounds,
): AggregateRule<{ readonly count: number; readonly distinct: number }> {
  return {
    kind: "aggregate",
    select: ({ column: name }) => [
      sql`count(${name(column)})`,
      sql`count(DISTINCT ${name(column)})`,
    ],
    fromSql: ([count, distinct]) => ({ count: Number(count), distinct: Number(distinct) }),
    accumulator: () => {
      const keys = new Set<Key>();
      let count = 0;
      return {
        add: (view: BatchView) => {
          const key = keysOf(view, [column]);
          const valid = view.valid(column);
          for (let i = 0; i < view.rows; i++) {
            if (valid !== undefined && valid[i] === 0) continue;
            keys.add(key(i));
            count++;
          }
        },
        summary: () => ({ count, distinct: keys.size }),
      };
    },
    judge: ({ distinct }) => ({ passed: withinCount(distinct, bounds), observed: distinct }),
  };
}
