import type { Table } from "@lakewright/core";
import type { Clock } from "../../store/clock.ts";

/**
 * How a feed is laid out: "stream" is a Parquet dataset (`year=…/month=…/day=…`), "table" a snapshot table
 * (`version=vN`), "delta" a Delta table.
 */
export type FeedKind = "stream" | "table" | "delta";

export interface FeedDefinition {
  /** Lower-case letters, digits, "_", "-" and "."; begins with a letter or digit. */
  readonly name: string;
  readonly kind: FeedKind;
  /** Where it is, relative to the store: `streams/transaction_stream`. */
  readonly path: string;
  /** Its columns, for datasets whose folder names do not tell types. Default as found. */
  readonly table?: Table | undefined;
  readonly description?: string | undefined;
  readonly owner?: string | undefined;
  /** Data older than this is late. Default never. */
  readonly freshness?: { readonly maxAgeMinutes: number } | undefined;
}

/** A feed of the registry. */
export interface Feed extends FeedDefinition {
  readonly enabled: boolean;
  /** Counts the changes of the entry, from 1. */
  readonly revision: number;
  readonly registered: Date;
  readonly changed: Date;
}

/** What a feed is now, from metadata alone. What cannot be known without reading data is undefined. */
export interface FeedDescription {
  readonly feed: Feed;
  /** Whether there is any data. */
  readonly exists: boolean;
  /** The columns it has; of a feed without data those it was registered with. */
  readonly table: Table | undefined;
  readonly rows: number | undefined;
  readonly files: number;
  readonly bytes: number;
  readonly partitionBy: readonly string[];
  /** Partitions with data; 1 where there are no levels and data. */
  readonly partitions: number;
  /** When the oldest and the newest of its files were written. */
  readonly firstModified: Date | undefined;
  readonly lastModified: Date | undefined;
  /**
   * Milliseconds since rows were last changed: the last commit that did so of a Delta table, the newest file else.
   */
  readonly ageMs: number | undefined;
  /** Whether the data, or without any the registration, is older than `freshness` allows; undefined without one. */
  readonly isLate: boolean | undefined;
  /** Of a Delta or snapshot table. */
  readonly version: bigint | undefined;
}

export interface Feeds {
  /**
   * Adds a feed. One that is there with the same definition is left as it is, so programs may register at every start.
   *
   * @throws LakeError LAKE_TABLE_EXISTS where it is there with another definition; LAKE_INVALID_OPTION.
   */
  register(feed: FeedDefinition): Promise<Feed>;
  /** Changes parts of a definition. @throws LakeError LAKE_TABLE_NOT_FOUND */
  update(name: string, changes: Partial<Omit<FeedDefinition, "name">>): Promise<Feed>;
  enable(name: string): Promise<Feed>;
  disable(name: string): Promise<Feed>;
  /** @throws LakeError LAKE_TABLE_NOT_FOUND */
  get(name: string): Promise<Feed>;
  /** All feeds, by name. */
  list(options?: { readonly enabled?: boolean | undefined }): Promise<Feed[]>;
  /** Every revision of a feed, oldest first. */
  history(name: string): Promise<Feed[]>;
  /** Looks at a feed: the log of a Delta table, manifests of snapshots, footers of Parquet files; no rows. */
  describe(name: string): Promise<FeedDescription>;
}

export interface OpenFeedsOptions {
  /** Milliseconds since 1970. Default the system clock. */
  readonly clock?: Clock | undefined;
}
