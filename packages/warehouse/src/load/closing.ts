import { type Sql, sql } from "@lakewright/sql";
import { WarehouseError } from "../errors.ts";
import { count, type RunningLoad } from "./context.ts";

/** The share of rows a load may end unless it says otherwise: an extract that came out short must not end them all. */
export const MAX_CLOSED_SHARE = 0.2;

/** What a load is about to take away. */
export interface Closing {
  readonly table: string;
  /** "members", "rows" */
  readonly what: string;
  /** Rows the data has. */
  readonly read: number;
  readonly closing: number;
  /** What is there before, as FROM … WHERE … */
  readonly current: Sql;
}

/**
 * Refuses a load that takes away more than it may.
 *
 * @throws WarehouseError WAREHOUSE_MASS_CLOSE
 */
export async function guardClosing(load: RunningLoad, of: Closing): Promise<void> {
  const { table, what, read, closing } = of;
  if (closing === 0) return;
  const share = load.options.maxClosedShare ?? MAX_CLOSED_SHARE;
  const current = await count(load, {
    name: `count current ${what}`,
    sql: sql`SELECT count(*) AS n ${of.current}`,
  });
  const isEmpty = read === 0 && share < 1;
  if (!isEmpty && closing <= share * current) return;
  throw new WarehouseError(
    "WAREHOUSE_MASS_CLOSE",
    isEmpty
      ? `The data has no rows, and ${closing} of the ${current} current ${what} of ${table} would end.`
      : `The load would end ${closing} of the ${current} current ${what} of ${table}; at most ${share * 100} % may end in one load.`,
    {
      hint: isEmpty
        ? "Check that the extract is not empty by mistake. If it is right, say so with maxClosedShare: 1."
        : "Check that the extract is whole. If it is, say so with maxClosedShare.",
      details: { table, closing, current, share },
    },
  );
}

/** Refuses a load that takes away what the data does not have, where rows of the data cannot be read. */
export function assertWhole(table: string, unreadable: number): void {
  if (unreadable === 0) return;
  throw new WarehouseError(
    "WAREHOUSE_ROWS_REJECTED",
    `${unreadable} ${unreadable === 1 ? "row" : "rows"} for ${table} cannot be read, so nobody knows what the extract does not have.`,
    {
      hint: "Correct the rows, or load without deletes.",
      details: { table, rows: unreadable },
    },
  );
}
