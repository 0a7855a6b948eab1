/** How an extraction finds what to read. Made by {@link watermark}, {@link fullCompare} and {@link full}. */
export type Strategy = WatermarkStrategy | FullCompareStrategy | FullStrategy;

/** How rows that changed are told by a cursor. */
export interface WatermarkOptions {
  /** The column that grows when a row changes; of several, the greatest that is not null. */
  readonly cursor: string | readonly string[];
  /** Time cursors: how far behind the watermark the next extraction starts, for rows that were committed late. Default 60,000. */
  readonly overlapMs?: number | undefined;
  /** Number cursors: the same, in their unit. Default 0: the watermark itself is read again. */
  readonly overlap?: bigint | number | undefined;
  /** Time cursors: how far behind the clock of the source an extraction ends. Default 0. */
  readonly safetyMs?: number | undefined;
  /** Columns that order rows of one cursor value, unique with it. Default: the primary key. */
  readonly tieBreak?: readonly string[] | undefined;
  /**
   * Rows whose cursor is null. "always" (default) reads them each time and delivers those that are new or changed; "once"
   * reads them in the first extraction only; "reject" fails where there is one.
   */
  readonly nullCursor?: "always" | "once" | "reject" | undefined;
  /**
   * Postgres: reads, too, what transactions wrote that had not ended when the last extraction began (a scan of the row
   * headers), so that nothing is lost however late it was committed, or wherever its cursor went. Default false.
   */
  readonly xminSafe?: boolean | undefined;
  /**
   * Where the newest cursor of the source is before the watermark: rows were deleted, or the source was restored. "keep"
   * (default) warns and keeps the watermark; "error" fails; "reread" starts again from nothing.
   */
  readonly onCursorBack?: "keep" | "error" | "reread" | undefined;
  /** Naive cursors: the zone their wall clock is in. Default none: the newest cursor, not the clock, bounds an extraction. */
  readonly cursorZone?: string | undefined;
}

/** Made by {@link watermark}. */
export interface WatermarkStrategy extends WatermarkOptions {
  readonly kind: "watermark";
}

/** How the rows of two full reads are compared. */
export interface FullCompareOptions {
  /** Columns that tell one row from another. Default: the primary key. */
  readonly key?: readonly string[] | undefined;
  /**
   * Who compares. "hashes" (default): the extraction, with hashes kept in its state, and it delivers changes with a
   * `_deleted` column. "target": it delivers everything as a snapshot, and the target compares.
   */
  readonly compare?: "hashes" | "target" | undefined;
  /** The share of the rows delivered before that may be gone, from 0 to 1. Default 0.5. */
  readonly maxDeletedShare?: number | undefined;
}

/** Made by {@link fullCompare}. */
export interface FullCompareStrategy extends FullCompareOptions {
  readonly kind: "fullCompare";
}

/** What may be missing where a table is read whole. */
export interface FullOptions {
  /** The share of the rows read before that may be gone, from 0 to 1; known where there is a state. Default 0.5. */
  readonly maxDeletedShare?: number | undefined;
}

/** Made by {@link full}. */
export interface FullStrategy extends FullOptions {
  readonly kind: "full";
}

/**
 * Reads what changed since the last extraction, by a column that grows with each change: from the watermark less an
 * overlap, to a bound fixed at the start; rows delivered before are left out. It does not see rows that were deleted, nor
 * (without `xminSafe`) one whose cursor was set back behind the overlap.
 */
export function watermark(options: WatermarkOptions): WatermarkStrategy {
  return { ...options, kind: "watermark" };
}

/** Reads everything and delivers what differs from what was delivered before, deletions too. */
export function fullCompare(options: FullCompareOptions = {}): FullCompareStrategy {
  return { ...options, kind: "fullCompare" };
}

/** Reads and delivers everything, as a snapshot. */
export function full(options: FullOptions = {}): FullStrategy {
  return { ...options, kind: "full" };
}
