import type { Field, Table } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import { duckdbTypeOf } from "./bind.ts";
import type { DataChunk, Driver, DuckDBConnection } from "./driver.ts";
import type { VectorWriter } from "./write/writer.ts";
import { writerOf } from "./write/writer-of.ts";

/** Rows of a data chunk, at most: DuckDB's STANDARD_VECTOR_SIZE. */
const CHUNK_ROWS = 2048;

/** Counts the functions of this process: they share the catalog where two engines share a database. */
const COUNTER = Symbol.for("lakewright.sql.duckdb.loadFunctions");

/** The columns of a load, and what writes them. */
export interface LoadShape {
  readonly fields: readonly Field[];
  readonly writers: readonly VectorWriter[];
}

/**
 * A table function of DuckDB that gives the rows of Arrow batches, so that a load is an ordinary INSERT … SELECT:
 * columns by name, defaults filled, constraints checked, nothing stored twice.
 */
export class LoadSource {
  readonly functionName: string;
  private readonly driver: Driver;
  private shape: LoadShape = { fields: [], writers: [] };
  private batches: readonly RecordBatch[] = [];
  private batch = 0;
  private row = 0;
  private failure: unknown;

  constructor(driver: Driver) {
    this.driver = driver;
    const counters = globalThis as { [COUNTER]?: number };
    counters[COUNTER] = (counters[COUNTER] ?? 0) + 1;
    this.functionName = `lakewright_load_${counters[COUNTER]}`;
  }

  register(connection: DuckDBConnection): void {
    const { api } = this.driver;
    connection.registerTableFunction(
      api.DuckDBTableFunction.create({
        name: this.functionName,
        bindFunction: (info) => {
          for (const { name, column } of this.shape.fields) {
            info.addResultColumn(name, duckdbTypeOf(api, column.type));
          }
        },
        initFunction: () => {},
        mainFunction: (info, output) => {
          try {
            this.fill(output.chunk as DataChunk);
          } catch (error) {
            this.failure = error;
            info.setError((error as Error).message);
          }
        },
      }),
    );
  }

  /** How the rows of a table are given. */
  shapeOf({ fields }: Table): LoadShape {
    const { bindings } = this.driver;
    return { fields, writers: fields.map(({ name, column }) => writerOf(bindings, column, name)) };
  }

  /** Runs work, in which the function gives the rows of these batches once. One call at a time. */
  async give<R>(
    shape: LoadShape,
    batches: readonly RecordBatch[],
    work: () => Promise<R>,
  ): Promise<R> {
    this.shape = shape;
    this.batches = batches;
    this.batch = 0;
    this.row = 0;
    this.failure = undefined;
    try {
      return await work();
    } catch (error) {
      // DuckDB passes on the message only.
      throw this.failure ?? error;
    } finally {
      this.batches = [];
    }
  }

  private fill(chunk: DataChunk): void {
    const { bindings } = this.driver;
    let batch = this.batches[this.batch];
    while (batch !== undefined && this.row >= batch.numRows) {
      batch = this.batches[++this.batch];
      this.row = 0;
    }
    if (batch === undefined) return bindings.data_chunk_set_size(chunk, 0);
    const count = Math.min(CHUNK_ROWS, batch.numRows - this.row);
    const columns = batch.data.children;
    this.shape.writers.forEach((write, k) =>
      write(bindings.data_chunk_get_vector(chunk, k), columns[k]!, this.row, count),
    );
    bindings.data_chunk_set_size(chunk, count);
    this.row += count;
  }
}
