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
  /** The positions of all of them, where they do not follow one another. */
  readonly listed?: Uint32Array | undefined;
}

/** Tells which of the rows that are read next are wanted, batch after batch in the order of the file. */
export interface RowTaker {
  /** The next `count` rows. */
  take(count: number): TakenRows;
}

interface GroupRows {
  readonly firstRow: number;
  readonly rows: number;
}

/** The positions of the rows wanted, of which there are so many. */
export function positionsOf({ first, rows, listed }: TakenRows, count: number): Uint32Array {
  if (listed && !rows) return listed;
  const positions = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const index = rows ? rows[i]! : i;
    positions[i] = listed ? listed[index]! : first + index;
  }
  return positions;
}

/** Where only some rows are read, and all of them are wanted. */
export class ListedRows implements RowTaker {
  private readonly positions: Uint32Array;
  private at = 0;

  constructor(positions: Uint32Array) {
    this.positions = positions;
  }

  take(count: number): TakenRows {
    const listed = this.positions.subarray(this.at, (this.at += count));
    return { first: listed[0] ?? 0, rows: undefined, listed };
  }
}

/** Where all rows of some row groups are read, which come in batches of one row group each. */
export class LiveRows implements RowTaker {
  private readonly selection: RowSelection;
  private readonly groups: readonly GroupRows[];
  private group = 0;
  private offset = 0;

  /** @param groups - the row groups that are read, in order */
  constructor(selection: RowSelection, groups: readonly GroupRows[]) {
    this.selection = selection;
    this.groups = groups;
  }

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

/** Where more rows than one in so many are left of a file, all are read. */
const FEW = 4;

/** The positions of rows that are listed, or of the few that are left of a file; undefined where most are wanted. */
export function listedRows(
  selection: RowSelection,
  groups: readonly GroupRows[],
): Uint32Array | undefined {
  const { only, except } = selection;
  const all = groups.reduce((sum, { rows }) => sum + rows, 0);
  if (!only && FEW * (all - (except?.length ?? 0)) >= all) return undefined;
  const positions = new Uint32Array(only?.length ?? all);
  let count = 0;
  for (const { firstRow, rows } of groups) {
    const found = rowsIn(selection, firstRow, rows);
    for (let i = 0; i < (found?.length ?? rows); i++)
      positions[count++] = firstRow + (found ? found[i]! : i);
  }
  return positions.subarray(0, count);
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
