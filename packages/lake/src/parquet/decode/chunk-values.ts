import type { Cursor } from "./cursor.ts";

/** The values of a column chunk as they come page by page, nulls left out. */
export interface ChunkValues {
  /** Values so far. */
  readonly count: number;
  /** Takes a dictionary page: `count` values in PLAIN. */
  readDictionary(cursor: Cursor, count: number): void;
  /** Takes the values of a data page. */
  read(encoding: number, cursor: Cursor, count: number): void;
  /** Takes some of the `count` values of a data page, by their place in it, ascending. */
  pick(encoding: number, cursor: Cursor, count: number, places: Int32Array): void;
}
