import { countBits } from "../format/bits.ts";
import { Malformed } from "../format/malformed.ts";
import type { ReadLeaf } from "../schema/read-tree.ts";
import type { Levels } from "./levels.ts";

/** Those of a page's entries that rows wanted have. */
export interface PickedEntries {
  /** By index. */
  readonly entries: Int32Array;
  /** The values among them, by their place among the values of the page. */
  readonly values: Int32Array;
}

/** Of a column without lists, where an entry is a row. `rows` are of the page. */
export function entriesOfRows(
  { validity, definition }: Levels,
  leaf: ReadLeaf,
  rows: Int32Array,
): PickedEntries {
  if (!validity && !definition) return { entries: rows, values: rows };
  const values = new Int32Array(rows.length);
  let count = 0;
  let before = 0;
  let at = 0;
  for (const row of rows) {
    if (validity) before += countBits(validity, at, row);
    else for (; at < row; at++) if (definition![at] === leaf.definition) before++;
    at = row;
    const isThere = validity
      ? (validity[row >> 3]! & (1 << (row & 7))) !== 0
      : definition![row] === leaf.definition;
    if (isThere) values[count++] = before;
  }
  return { entries: rows, values: values.subarray(0, count) };
}

/** Finds the entries of rows in the pages of a column with lists, where a row has any number of them. */
export class ListedRows {
  private readonly leaf: ReadLeaf;
  private readonly rows: Uint32Array;
  /** The first of the rows that does not end before the next page. */
  private next = 0;

  constructor(leaf: ReadLeaf, rows: Uint32Array) {
    this.leaf = leaf;
    this.rows = rows;
  }

  /** Whether no page has any of them any more. */
  get isDone(): boolean {
    return this.next === this.rows.length;
  }

  /**
   * @param row - the row that the page goes on with, or the one before its first: -1 for the first page
   * @returns with the last row of the page
   */
  take(
    { repetition, definition }: Levels,
    count: number,
    row: number,
  ): PickedEntries & { readonly last: number } {
    const { rows, leaf } = this;
    const entries: number[] = [];
    const values: number[] = [];
    let value = 0;
    let current = row;
    for (let i = 0; i < count; i++) {
      if (repetition![i] === 0) current++;
      else if (current < 0) throw new Malformed("it begins in the middle of a list.");
      while (this.next < rows.length && rows[this.next]! < current) this.next++;
      const isThere = definition![i] === leaf.definition;
      if (rows[this.next] === current) {
        entries.push(i);
        if (isThere) values.push(value);
      }
      if (isThere) value++;
    }
    return { entries: Int32Array.from(entries), values: Int32Array.from(values), last: current };
  }
}
