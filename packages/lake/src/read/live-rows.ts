import { within } from "./positions.ts";

/** Rows of a file by position, ascending: all but some, only some, or only those of some that are not among the others. */
export interface RowSelection {
  readonly except?: Uint32Array | undefined;
  readonly only?: Uint32Array | undefined;
}

/** Rows that were read together. */
export interface TakenRows {
  /** The position of the first in the file. */
  readonly first: number;
  /** Indexes of the rows wanted; undefined where all are. */
  readonly rows: Int32Array | undefined;
}

interface GroupRows {
  readonly firstRow: number;
  readonly rows: number;
}

/** Tells which rows of a file are wanted, batch after batch in the order of the file. */
export class LiveRows {
  private readonly selection: RowSelection;
  private readonly groups: readonly GroupRows[];
  private group = 0;
  private offset = 0;

  /** @param groups - the row groups that are read, in order */
  constructor(selection: RowSelection, groups: readonly GroupRows[]) {
    this.selection = selection;
    this.groups = groups;
  }

  /** The next `count` rows, which are of one row group. */
  take(count: number): TakenRows {
    while (this.offset === this.groups[this.group]!.rows) {
      this.group++;
      this.offset = 0;
    }
    const first = this.groups[this.group]!.firstRow + this.offset;
    this.offset += count;
    return { first, rows: rowsIn(this.selection, first, count) };
  }
}

function rowsIn(
  { except: excepted, only: listed }: RowSelection,
  first: number,
  count: number,
): Int32Array | undefined {
  const except = excepted && within(excepted, first, first + count);
  const only = listed && within(listed, first, first + count);
  if (!only && !except?.length) return undefined;
  const live = new Int32Array(only?.length ?? count);
  let kept = 0;
  let next = 0;
  for (let i = 0; i < live.length; i++) {
    const position = only ? only[i]! : first + i;
    while (except && next < except.length && except[next]! < position) next++;
    if (!except || except[next] !== position) live[kept++] = position - first;
  }
  return kept === count ? undefined : live.subarray(0, kept);
}
