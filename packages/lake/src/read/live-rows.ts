/** Tells the rows of a file that are not deleted, batch after batch in the order of the file. */
export class LiveRows {
  private readonly deleted: readonly number[];
  private readonly groups: readonly { readonly firstRow: number; readonly rows: number }[];
  private group = 0;
  private offset = 0;
  private next = 0;

  /**
   * @param deleted - positions in the file, ascending
   * @param groups - the row groups that are read, in order
   */
  constructor(
    deleted: readonly number[],
    groups: readonly { readonly firstRow: number; readonly rows: number }[],
  ) {
    this.deleted = deleted;
    this.groups = groups;
  }

  /** Indexes of the live rows among the next `count` read; undefined where all are. */
  take(count: number): Int32Array | undefined {
    const live = new Int32Array(count);
    let kept = 0;
    for (let i = 0; i < count; i++) {
      if (!this.isDeleted(this.position())) live[kept++] = i;
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

  private isDeleted(position: number): boolean {
    while (this.next < this.deleted.length && this.deleted[this.next]! < position) this.next++;
    return this.deleted[this.next] === position;
  }
}
