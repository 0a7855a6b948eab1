import type { Sql } from "@lakewright/sql";
import { invalidDefinition } from "../define/names.ts";
import { assertKnown, assertOneOf } from "../options.ts";
import type { SelectContext } from "./context.ts";

/** How a model is kept. */
export type Materialization =
  | { readonly kind: "view" }
  | { readonly kind: "table" }
  | { readonly kind: "materializedView" }
  | IncrementalByPartition
  | IncrementalByKey
  | SnapshotOf;

export interface IncrementalByPartition {
  readonly kind: "incremental";
  readonly by: "partition";
  readonly column: string;
  /** A query of one column: partitions to compute again. Absent: those the run is given, else all. */
  readonly touched: ((context: SelectContext) => Sql) | undefined;
}

export interface IncrementalByKey {
  readonly kind: "incremental";
  readonly by: "key";
  readonly key: readonly string[];
  readonly deletes: "ignore" | "delete";
}

export interface SnapshotOf {
  readonly kind: "snapshot";
  readonly key: readonly string[];
  readonly updatedAt: string | undefined;
  readonly deletes: "ignore" | "close";
  readonly maxClosedShare: number | undefined;
}

/** A view: computed when it is read. The default. */
export function view(): Materialization {
  return { kind: "view" };
}

/** A table computed anew by every run and put in the place of the one before at once. */
export function table(): Materialization {
  return { kind: "table" };
}

/**
 * A materialised view where the engine has them, else a table. With the model's `uniqueKey` it is refreshed while
 * others read it (REFRESH … CONCURRENTLY).
 */
export function materializedView(): Materialization {
  return { kind: "materializedView" };
}

export type IncrementalOptions =
  | {
      readonly by: "partition";
      /** Column whose values are the partitions; not nullable. */
      readonly column: string;
      /**
       * A query of one column that gives the partitions to compute again, such as the days of rows loaded after
       * `since`. Default: the partitions `runModels` is given in `touched`; without them, all.
       */
      readonly touched?: ((context: SelectContext) => Sql) | undefined;
    }
  | {
      readonly by: "key";
      /** Columns that name a row; not nullable. Default: the model's `uniqueKey`. */
      readonly key: readonly string[];
      /** What happens to rows the query does not give. Default "ignore"; "delete" needs a query of everything. */
      readonly deletes?: "ignore" | "delete" | undefined;
    };

/**
 * A table of which a run changes a part, in one transaction: whole partitions are replaced, or rows of a key inserted
 * and, where a value differs, updated. A run with nothing new changes nothing.
 *
 * @throws WarehouseError WAREHOUSE_INVALID_DEFINITION
 */
export function incremental(options: IncrementalOptions): Materialization {
  assertOneOf("by", (options as Partial<IncrementalOptions> | undefined)?.by, ["partition", "key"]);
  if (options.by === "partition") {
    assertKnown(
      "incremental",
      options,
      ["by", "column", "touched"],
      "WAREHOUSE_INVALID_DEFINITION",
    );
    const { column, touched } = options;
    return { kind: "incremental", by: "partition", column, touched };
  }
  assertKnown("incremental", options, ["by", "key", "deletes"], "WAREHOUSE_INVALID_DEFINITION");
  const { key, deletes = "ignore" } = options;
  assertOneOf("deletes", deletes, ["ignore", "delete"]);
  if (key.length === 0) throw invalidDefinition("An incremental model by key has no key.");
  return { kind: "incremental", by: "key", key, deletes };
}

/** How a snapshot tells that a row has changed, or gone. */
export interface SnapshotOptions {
  /** Columns that name a row; not nullable. */
  readonly key: readonly string[];
  /** A timestamp column that says when a row changed. Default: rows are compared, versions start with the run. */
  readonly updatedAt?: string | undefined;
  /** What happens to rows the query does not give. Default "ignore". */
  readonly deletes?: "ignore" | "close" | undefined;
  /** With "close": the share of open versions that may end in one run. Default 0.2. */
  readonly maxClosedShare?: number | undefined;
}

/**
 * A history of what the query gave: every change of a row closes a version and opens one (SCD2), as a dimension does.
 * Readers also find `<name>_key`, `valid_from`, `valid_to`, `is_current` and `is_inferred`.
 */
export function snapshot(options: SnapshotOptions): Materialization {
  const known = ["key", "updatedAt", "deletes", "maxClosedShare"];
  assertKnown("snapshot", options, known, "WAREHOUSE_INVALID_DEFINITION");
  const { key, updatedAt, deletes = "ignore", maxClosedShare } = options;
  assertOneOf("deletes", deletes, ["ignore", "close"]);
  if (key.length === 0) throw invalidDefinition("A snapshot has no key.");
  return { kind: "snapshot", key, updatedAt, deletes, maxClosedShare };
}

/** The materialisation as people say it: `incremental by key`. */
export function describeMaterialization(of: Materialization): string {
  return of.kind === "incremental" ? `incremental by ${of.by}` : of.kind;
}
