/** Rules of a table, kept by every writer that knows them. Expressions are SQL: see `sql`. */
export interface TableRuleOptions {
  /** Conditions every row must meet, by name: `{ positive: "amount > 0" }`. A condition that is unknown (null) is not met. */
  readonly constraints?: Readonly<Record<string, string>> | undefined;
  /** Columns computed from others: `{ day: "CAST(at AS DATE)" }`. Rows may leave out those defined as nullable; a value given must be the one computed. */
  readonly generated?: Readonly<Record<string, string>> | undefined;
  /** int64 columns that count up. Rows leave them out, so define them as `nullable(int64())`. While rows are added, other writers of the table conflict. */
  readonly identity?: Readonly<Record<string, true | IdentityOptions>> | undefined;
  /** Values of columns that rows leave out: `{ status: "'open'", created: "current_timestamp()" }`. Default null. */
  readonly defaults?: Readonly<Record<string, string>> | undefined;
}

export interface IdentityOptions {
  /** The first number. Default 1. */
  readonly start?: bigint | number | undefined;
  /** What is added for the next; may be negative. Default 1. */
  readonly step?: bigint | number | undefined;
  /** Whether rows may bring a number of their own. Default false. */
  readonly explicit?: boolean | undefined;
}
