import { batchOf } from "@lakewright/core";
import { Field, type RecordBatch, Schema } from "apache-arrow";
import { SqlError } from "../../errors.ts";
import type { Chunk, DuckDBResult, Driver } from "../driver.ts";
import type { ColumnSink } from "./sink.ts";
import { sinkOf } from "./sink-of.ts";
import { VectorView } from "./view.ts";

/** A batch ends early at about so many bytes, so that a result of long texts stays in bounds. */
const MAX_BATCH_BYTES = 64 * 1024 * 1024;

/** Turns the chunks of a result into batches, column by column. */
export class BatchReader {
  private readonly driver: Driver;
  private readonly names: readonly string[];
  private readonly sinks: readonly ColumnSink[];
  private readonly batchRows: number;
  private rows = 0;

  /** @throws SqlError SQL_UNSUPPORTED for a column type no table column holds, or a name that comes twice. */
  constructor(driver: Driver, result: DuckDBResult, batchRows: number) {
    this.driver = driver;
    this.names = result.columnNames();
    this.batchRows = batchRows;
    const twin = this.names.find((name, k) => this.names.indexOf(name) !== k);
    if (twin !== undefined) {
      throw new SqlError("SQL_UNSUPPORTED", `The result has two columns named "${twin}".`, {
        hint: "Name one otherwise in the query: … AS other_name.",
        details: { column: twin },
      });
    }
    this.sinks = result.columnTypes().map((type, k) => sinkOf(driver.api, type, this.names[k]!));
  }

  /** The batches the chunk fills up. */
  *add(chunk: Chunk): Generator<RecordBatch> {
    const { bindings } = this.driver;
    const count = chunk.rowCount;
    const views = this.sinks.map(
      (_, k) => new VectorView(bindings, bindings.data_chunk_get_vector(chunk.chunk, k), count),
    );
    for (let from = 0; from < count;) {
      const to = Math.min(count, from + this.batchRows - this.rows);
      this.sinks.forEach((sink, k) => sink.append(views[k]!, from, to));
      this.rows += to - from;
      from = to;
      if (this.rows >= this.batchRows || this.byteLength() >= MAX_BATCH_BYTES) yield this.flush();
    }
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
