import type { Table } from "@lakewright/core";
import type { Scan, ScanOptions } from "../../table/types.ts";
import type { Where } from "../../where/expression.ts";

/**
 * What readers see of a column. "hash": HMAC-SHA-256 of the value under the view's key, hexadecimal, so that equal values
 * stay equal and can be joined; "null": nothing; "redact": `***` for a value; `keepLast`: a text with every
 * character but the last ones as `*`; a function: what it makes of each value that is there, as text. Nulls stay null.
 */
export type Mask =
  "hash" | "null" | "redact" | { readonly keepLast: number } | ((value: unknown) => string | null);

export interface MaskedViewOptions {
  /** Masks by column. */
  readonly columns?: Readonly<Record<string, Mask>> | undefined;
  /** The rows that are shown; it may look at every column of the table. Default all. */
  readonly rows?: Where | undefined;
  /** The columns that are shown; others do not exist for readers. Default all. */
  readonly only?: readonly string[] | undefined;
  /** The secret "hash" is keyed with, at least 16 bytes. The same key gives the same hashes in every view. */
  readonly key?: Uint8Array | undefined;
  /** Is told of every reading before its first row; what it throws ends the reading. For audit logs. */
  readonly onRead?: ((read: MaskedRead) => void | Promise<void>) | undefined;
}

/** A reading of a masked view, as `onRead` is told. */
export interface MaskedRead {
  readonly location: string;
  readonly version: bigint;
  readonly columns: readonly string[];
  /** The masked ones of them. */
  readonly masked: readonly string[];
  /** The reader's own condition. */
  readonly where: Where | undefined;
}

export type MaskedScanOptions = Omit<ScanOptions, "asOf" | "dictionaries">;

/** What may be seen of a table. Files, log, statistics and versions are not reachable from it. */
export interface MaskedView {
  /** The columns as they are shown: masked ones are nullable text. */
  readonly table: Table;
  /**
   * Reads rows. Masks are applied after filtering, and a condition on a masked column is refused: what is asked would tell
   * what is hidden.
   *
   * @throws LakeError LAKE_INVALID_OPTION for a condition on a masked column; CoreError CORE_SCHEMA_MISMATCH for a column that
   * is not shown.
   */
  scan(options?: MaskedScanOptions): Scan;
  /** Moves to the latest version of the table. */
  refresh(): Promise<void>;
}
