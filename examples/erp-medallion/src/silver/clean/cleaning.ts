import type { Sql } from "@lakewright/sql";
import type { StarTable } from "@lakewright/warehouse";

/**
 * How the rows of one table of silver come from the source. `select` gives the columns the star's table takes, and
 * `_key`, the key of the source's row as text; `_reason`, why the row cannot be taken, null where it can; `_dirt`, a list
 * of "column:reason" about values that were mended or taken out.
 */
export interface Cleaning {
  readonly table: StarTable;
  /** The table of the source each row stands for. */
  readonly source: string;
  /** Tables of the source it reads besides. */
  readonly with: readonly string[];
  readonly select: (moment: CleaningMoment) => Sql;
  /** Rows of the source that are no rows of this table, by rule; `s` is the source's row. Default: none. */
  readonly leftOut?: Sql | undefined;
  /**
   * Ids of the source's rows that may come out otherwise because something changed: one column `id`. Undefined: all of
   * them, every time.
   */
  readonly touched?: Sql | undefined;
}

export interface CleaningMoment {
  /** The day it is: YYYY-MM-DD. */
  readonly today: string;
  /** Restricts the source's row `s` to those that are asked for; empty where all are. */
  readonly asked: Sql;
}
