import { type Sql, sql } from "@lakewright/sql";
import { WarehouseError } from "../errors.ts";
import { count, type Running } from "./context.ts";

/** The share of rows that may go unless it is said otherwise: an extract that came out short must not end them all. */
const MAX_CLOSED_SHARE = 0.2;

/** What is about to be taken away. */
export interface Closing {
  readonly table: string;
  /** "current members", "rows" */
  readonly what: string;
  /** Rows the data has, or keys there are. */
  readonly read: number;
  readonly closing: number;
  /** What is there before, as FROM … WHERE … */
  readonly current: Sql;
  /** Default: those of a load. */
  readonly words?: ClosingWords | undefined;
}

/** How a refusal says who takes too much away. */
export interface ClosingWords {
  readonly who: string;
  readonly limit: string;
  readonly hint: string;
}

const OF_A_LOAD: ClosingWords = {
  who: "The load would end",
  limit: "may end in one load",
  hint: "Check that the extract is whole. If it is, say so with maxClosedShare.",
};

/** What takes rows away, and may say how many. */
interface RunningClosing extends Running {
  readonly options: Running["options"] & { readonly maxClosedShare?: number | undefined };
}

/**
 * Refuses to take away more than may go.
 *
 * @throws WarehouseError WAREHOUSE_MASS_CLOSE
 */
export async function guardClosing(running: RunningClosing, of: Closing): Promise<void> {
  const { table, what, read, closing, words = OF_A_LOAD } = of;
  if (closing === 0) return;
  const share = running.options.maxClosedShare ?? MAX_CLOSED_SHARE;
  const current = await count(running, {
    name: `count ${what}`,
    sql: sql`SELECT count(*) AS n ${of.current}`,
  });
  const isEmpty = read === 0 && share < 1;
  if (!isEmpty && closing <= share * current) return;
  throw new WarehouseError(
    "WAREHOUSE_MASS_CLOSE",
    isEmpty
      ? `The data has no rows, and ${closing} of the ${current} ${what} of ${table} would end.`
      : `${words.who} ${closing} of the ${current} ${what} of ${table}; at most ${share * 100} % ${words.limit}.`,
    {
      hint: isEmpty
        ? "Check that the extract is not empty by mistake. If it is right, say so with maxClosedShare: 1."
        : words.hint,
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
