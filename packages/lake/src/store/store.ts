/** What a store knows of an object. */
export interface ObjectInfo {
  /** Relative to the store's root, with forward slashes. */
  readonly path: string;
  readonly size: number;
  /** Milliseconds since 1970, by the store's clock. */
  readonly modifiedMs: number;
}

export interface ReadOptions {
  /** First byte. Default 0. */
  readonly from?: number | undefined;
  /** Byte after the last. Default the end. */
  readonly to?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Where an object is: a store and the path in it. */
export interface ObjectAddress {
  readonly store: Store;
  readonly path: string;
}

/** What a store can do. A store that does not say can do everything. */
export interface StoreCapabilities {
  /** Objects can be written and deleted. Where they cannot, these calls fail with LAKE_STORE_PERMISSION. */
  readonly write: boolean;
  /** Of several that create one object exactly one succeeds, so that tables can be written to. */
  readonly putIfAbsent: boolean;
  /** Every prefix can be listed. Where it cannot, the log of a table still can be. */
  readonly list: boolean;
}

/**
 * The small port a lake stands on: a folder, a bucket, memory. Paths are relative, with forward slashes, and are taken
 * as they are: the log's percent-encoding is not the store's business.
 *
 * Errors: LAKE_STORE_NOT_FOUND for a missing object, LAKE_STORE_PERMISSION (also for a path that leaves the root),
 * LAKE_STORE_FULL, LAKE_STORE_FAILED, each with the path in `details.path` and the cause; LAKE_STORE_UNSAFE where
 * `putIfAbsent` does not keep its promise.
 */
export interface Store {
  /** For messages: `./lake`, `memory:`, `s3://bucket/prefix`. */
  readonly location: string;

  /** Default: everything. */
  readonly capabilities?: StoreCapabilities | undefined;

  get(path: string, options?: ReadOptions): Promise<Uint8Array>;
  head(path: string): Promise<ObjectInfo | undefined>;

  /**
   * Objects whose path starts with the prefix, in order of the path, from after `after`. The order is that of code units;
   * object stores order by UTF-8 bytes, which differs only where a path has characters beyond U+FFFF.
   */
  list(
    prefix: string,
    options?: { readonly after?: string | undefined },
  ): AsyncIterable<ObjectInfo>;

  /**
   * What writers that were killed left behind, which is no object and not listed. Vacuum removes what is old, by `delete`.
   * Left out by stores where nothing is left behind.
   */
  leftovers?(): AsyncIterable<ObjectInfo>;

  /** Writes an object whole, over one that may be there; readers see the old one or the new one. Durable when it resolves. */
  put(path: string, data: Uint8Array | AsyncIterable<Uint8Array>): Promise<ObjectInfo>;

  /**
   * Writes an object whole where there is none: true; false where one is there already. Of several racing writers
   * exactly one gets true. The commit of a version is this call.
   */
  putIfAbsent(path: string, data: Uint8Array): Promise<boolean>;

  /**
   * Proves, where that is not known, that `putIfAbsent` keeps its promise: asked before the files of a commit are written, so
   * that a store which loses commits is refused while it is still as it was. Default: nothing is proven.
   *
   * @throws LakeError LAKE_STORE_UNSAFE; the store's errors.
   */
  proveCommits?(): Promise<void>;

  /** Removes an object; one that is not there is no error. */
  delete(path: string): Promise<void>;

  /** The same store with its root moved down: `store.at("bronze/orders")`. */
  at(path: string): Store;

  /**
   * Finds an absolute address (`file:///lake/a.parquet`, `/lake/a.parquet`) in the store this one was made from by `at`,
   * as the log of a shallow clone names files. Undefined where it lies outside, or the store has no absolute addresses.
   */
  resolve?(address: string): ObjectAddress | undefined;

  /**
   * The address under which other engines find an object: `/lake/a.parquet`, `s3://bucket/a.parquet`, `https://…`. Left out
   * by stores only this process can read.
   */
  locate?(path: string): string;
}
