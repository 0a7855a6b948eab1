import type { StarTable } from "../../define/star-table.ts";

/** How long rows of a table are kept. */
export interface RetentionRule {
  /** A fact, a dimension with history (whose ended versions go), or the quarantine. */
  readonly table: StarTable | "rejects";
  /** Rows older than this go: days, of 24 hours. */
  readonly days: number;
  /**
   * Facts: the column that says how old a row is, a date or a timestamp of its own. Default: its `eventTime`, of a snapshot
   * fact its day. Dimensions go by `valid_to`, the quarantine by when a row was put aside.
   */
  readonly by?: string | undefined;
}

/** What a run of retention deleted. */
export interface RetentionSummary {
  readonly tables: readonly { readonly table: string; readonly rows: number }[];
}

/** What retention would delete. */
export interface RetentionPlan {
  /** By table: rows that would go, those before the moment. */
  readonly tables: readonly {
    readonly table: string;
    readonly rows: number;
    /** Microseconds since 1970. */
    readonly before: bigint;
  }[];
  readonly steps: readonly { readonly name: string; readonly sql: string }[];
  /** Deletes in one transaction what is older than the plan's moments then. */
  run(options?: { readonly signal?: AbortSignal }): Promise<RetentionSummary>;
  toString(): string;
}
