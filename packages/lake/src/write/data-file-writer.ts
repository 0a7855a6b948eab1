import type { Table } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { ParquetSummary, ParquetWriteOptions, ParquetWriter } from "../parquet/types.ts";
import { parquetWriter } from "../parquet/writer.ts";
import type { Store } from "../store/store.ts";
import { Upload } from "../store/upload.ts";
import { NullCounts } from "./null-counts.ts";

/** A data file that is complete and in its place. */
export interface WrittenFile {
  readonly path: string;
  /** Values of the partition columns as text, in their order. */
  readonly values: readonly (string | null)[];
  readonly modifiedMs: number;
  readonly summary: ParquetSummary;
  /** Nulls of lists and maps, by path joined by dots. */
  readonly nullCounts: ReadonlyMap<string, number>;
}

/** Writes one data file. */
export class DataFileWriter {
  readonly values: readonly (string | null)[];
  readonly path: string;
  private readonly parquet: ParquetWriter;
  private readonly upload: Upload;
  private readonly nulls: NullCounts;
  private sent = 0;

  constructor(
    store: Store,
    path: string,
    values: readonly (string | null)[],
    table: Table,
    options: ParquetWriteOptions,
    nullPaths: readonly (readonly string[])[],
  ) {
    this.path = path;
    this.values = values;
    this.parquet = parquetWriter(table, options);
    this.upload = new Upload(store, path);
    this.nulls = new NullCounts(nullPaths);
  }

  /** Size the file will have, roughly. */
  get bytes(): number {
    return this.parquet.estimatedBytes;
  }

  /** Bytes in memory, roughly. */
  get heldBytes(): number {
    return this.parquet.estimatedBytes - this.sent;
  }

  async write(batch: RecordBatch): Promise<void> {
    this.nulls.add(batch);
    await this.send(this.parquet.write(batch));
  }

  async close(): Promise<WrittenFile> {
    const { chunks, summary } = this.parquet.finish();
    await this.send(chunks);
    const { modifiedMs } = await this.upload.close();
    const { path, values } = this;
    return { path, values, modifiedMs, summary, nullCounts: this.nulls.counts };
  }

  abort(): Promise<void> {
    return this.upload.abort();
  }

  private send(chunks: readonly Uint8Array[]): Promise<void> {
    for (const chunk of chunks) this.sent += chunk.length;
    return this.upload.write(chunks);
  }
}
