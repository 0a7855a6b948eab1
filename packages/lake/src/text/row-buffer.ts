import { batchOf, type Table, toArrowSchema } from "@lakewright/core";
import type { RecordBatch, Schema } from "apache-arrow";
import type { ByteColumn } from "./columns/byte-column.ts";
import { columnFor, type ColumnOptions } from "./columns/column-for.ts";

const FIRST_ROOM = 1024;

/** The rows of the batch under way. */
export class RowBuffer {
  readonly columns: readonly ByteColumn[];
  /** Rows that are complete: the row being written. */
  row = 0;
  /** Rows that have been complete, in batches before this one too. */
  total = 0;
  private readonly schema: Schema;
  private readonly batchRows: number;
  private room = 0;

  constructor(table: Table, batchRows: number, options: ColumnOptions) {
    this.schema = toArrowSchema(table);
    this.batchRows = batchRows;
    this.columns = table.fields.map(({ column }) => columnFor(column, options));
    this.grow();
  }

  get full(): boolean {
    return this.row >= this.batchRows;
  }

  /** Keeps the row that was written, and makes room for the next. */
  keep(): void {
    this.total++;
    if (++this.row >= this.room && this.row < this.batchRows) this.grow();
  }

  /** The rows so far as a batch. Starts anew. */
  take(): RecordBatch {
    const length = this.row;
    this.row = 0;
    return batchOf(
      this.schema,
      length,
      this.columns.map((column) => column.finish(length)),
    );
  }

  private grow(): void {
    this.room = Math.min(Math.max(FIRST_ROOM, 4 * this.room), this.batchRows);
    for (const column of this.columns) column.grow(this.room);
  }
}
