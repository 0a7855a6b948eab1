/** JSON of a row. */
export type Value = string | number | boolean | null;
export type CaseRow = Readonly<Record<string, Value>>;

/** What a source gives at one moment, and what the table has to be afterwards. */
export interface Scd2Batch {
  readonly at: string;
  readonly rows: readonly CaseRow[];
  /** The whole table, in any order; `$from` and `$to` bound each version, `$deleted` marks a tombstone. */
  readonly expected?: readonly CaseRow[];
  /** The rows of the table that have these values. */
  readonly expectedFiltered?: { readonly filter: CaseRow; readonly rows: readonly CaseRow[] };
  readonly expectedCount?: number;
  readonly expectedCurrentIds?: readonly Value[];
  readonly expectedClosedIds?: readonly Value[];
}

/** Batches of one dimension, and the history another tool makes of them. */
export interface Scd2Case {
  readonly id: string;
  readonly strategy: string;
  readonly key: readonly string[];
  /** The columns of the table, where they are not those of the rows. */
  readonly targetColumns?: readonly string[];
  readonly options: {
    readonly tracked: "all" | readonly string[];
    readonly newKeyFrom: string;
    readonly firstLoadFrom: string;
    readonly reopenFrom?: string;
    readonly deletes: string;
    readonly deleteScope: "full" | readonly string[];
    readonly openValue: string | null;
    readonly updatedAt?: string;
    readonly hashColumn?: string;
  };
  readonly batches: readonly Scd2Batch[];
}
