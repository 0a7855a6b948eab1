import { batchOf } from "@lakewright/core";
import { Field, type RecordBatch, Schema } from "apache-arrow";
import { SqlError } from "../../errors.ts";
import type { ColumnDefinition } from "../wire/columns.ts";
import type { ColumnSink } from "./column-sink.ts";
import { sinkOf } from "./sink-of.ts";

/** A batch ends early at about so many bytes, so that a result of long texts stays in bounds. */
const MAX_BATCH_BYTES = 64 * 1024 * 1024;
/** How often the bytes are counted, in rows. */
const COUNT_EVERY = 256;
/** A row begins with a 0; in the bits of its nulls the first two are not used. */
const NULLS_AT = 1;
const FIRST_NULL = 2;

/** Turns rows in the binary format into batches, column by column. */
export class BatchReader {
  private readonly names: readonly string[];
  private readonly sinks: readonly ColumnSink[];
  private readonly batchRows: number;
  private readonly nullBytes: number;
  private rows = 0;

  /** @throws SqlError SQL_UNSUPPORTED for a column type no table column holds, or a name that comes twice. */
  constructor(columns: readonly ColumnDefinition[], batchRows: number) {
    this.names = columns.map((column) => column.name);
    this.batchRows = batchRows;
    this.nullBytes = (columns.length + FIRST_NULL + 7) >> 3;
    const twin = this.names.find((name, k) => this.names.indexOf(name) !== k);
    if (twin !== undefined) {
      throw new SqlError("SQL_UNSUPPORTED", `The result has two columns named "${twin}".`, {
        hint: "Name one otherwise in the query: … AS other_name.",
        details: { column: twin },
      });
    }
    this.sinks = columns.map(sinkOf);
  }

  /** Takes a row, and gives the batch it makes full. */
  add(bytes: Buffer, offset: number): RecordBatch | undefined {
    const { sinks } = this;
    const nulls = offset + NULLS_AT;
    let at = nulls + this.nullBytes;
    for (let k = 0; k < sinks.length; k++) {
      const bit = k + FIRST_NULL;
      if (bytes[nulls + (bit >> 3)]! & (1 << (bit & 7))) sinks[k]!.appendNull();
      else at = sinks[k]!.append(bytes, at);
    }
    this.rows++;
    const isFull =
      this.rows >= this.batchRows ||
      (this.rows % COUNT_EVERY === 0 && this.byteLength() >= MAX_BATCH_BYTES);
    return isFull ? this.flush() : undefined;
  }

  /** The last batch; undefined where no row is left. */
  end(): RecordBatch | undefined {
    return this.rows > 0 ? this.flush() : undefined;
  }

  /** A batch without rows, for its schema. */
  empty(): RecordBatch {
    return this.flush();
  }

  private flush(): RecordBatch {
    const columns = this.sinks.map((sink) => sink.finish());
    const schema = new Schema(
      columns.map((column, k) => new Field(this.names[k]!, column.type, true)),
    );
    const batch = batchOf(schema, this.rows, columns);
    this.rows = 0;
    return batch;
  }

  private byteLength(): number {
    return this.sinks.reduce((sum, sink) => sum + sink.byteLength, 0);
  }
}
