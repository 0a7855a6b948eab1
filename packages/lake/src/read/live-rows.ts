/** Rows of a file by position, ascending: all but these, or only these. */
export type RowSelection =
  { readonly except: readonly number[] } | { readonly only: readonly number[] };

/** Tells which rows of a file are wanted, batch after batch in the order of the file. */
export class LiveRows {
  private readonly listed: readonly number[];
  private readonly wantsListed: boolean;
  private readonly groups: readonly { readonly firstRow: number; readonly rows: number }[];
  private group = 0;
  private offset = 0;
  private next = 0;

  /** @param groups - the row groups that are read, in order */
  constructor(
    selection: RowSelection,
    groups: readonly { readonly firstRow: number; readonly rows: number }[],
  ) {
    this.wantsListed = "only" in selection;
    this.listed = "only" in selection ? selection.only : selection.except;
    this.groups = groups;
  }

  /** Indexes of the rows wanted among the next `count` read; undefined where all are. */
  take(count: number): Int32Array | undefined {
    const live = new Int32Array(count);
    let kept = 0;
    for (let i = 0; i < count; i++) {
      if (this.isListed(this.position()) === this.wantsListed) live[kept++] = i;
    }
    return kept === count ? undefined : live.subarray(0, kept);
  }

  private position(): number {
    while (this.offset === this.groups[this.group]!.rows) {
      this.group++;
      this.offset = 0;
    }
    return this.groups[this.group]!.firstRow + this.offset++;
  }

  private isListed(position: number): boolean {
    while (this.next < this.listed.length && this.listed[this.next]! < position) this.next++;
    return this.listed[this.next] === position;
  }
}
