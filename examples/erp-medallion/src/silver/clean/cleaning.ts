import type { Sql, SqlEngine } from "@lakewright/sql";
import type { StarTable, Warehouse } from "@lakewright/warehouse";
import type { Lookups } from "../lookups/lookups.ts";
import type { Workbench } from "../workbench/workbench.ts";

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
  /** Makes what `select` looks rows up in. */
  readonly prepare?: ((preparation: Preparation) => Promise<void>) | undefined;
  /** Rows of the source that are no rows of this table, by rule; `s` is the source's row. Default: none. */
  readonly leftOut?: Sql | undefined;
  /** Which rows a change can reach. Undefined: all of them, every time. */
  readonly reach?: Reach | undefined;
}

export interface CleaningMoment {
  /** The day it is: YYYY-MM-DD. */
  readonly today: string;
  /** The rows of the source that are asked for, as a table: all that are current, or some of them. */
  readonly rows: Sql;
}

export interface Preparation extends CleaningMoment {
  readonly workbench: Workbench;
  readonly engine: SqlEngine;
  readonly warehouse: Warehouse;
  readonly lookups: Lookups;
}

/** How changes of the source reach the rows of a table of silver. */
export interface Reach {
  /** Tables whose changes reach single rows. A change of another table that is read reaches all of them. */
  readonly from: readonly string[];
  /**
   * Selects of one column `id` each, which together have the source's rows that may come out otherwise: because something
   * changed, or because days have passed.
   */
  readonly ids: (changes: Changes) => Promise<readonly Sql[]>;
}

/** What has changed since the run before. */
export interface Changes {
  readonly workbench: Workbench;
  /** The day of the run before, and the day it is: YYYY-MM-DD. */
  readonly lastDay: string;
  readonly today: string;
}
