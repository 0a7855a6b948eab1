import type { Table } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import { partitionDirectory } from "../delta/data-files/paths.ts";
import type { ParquetCodec, ParquetWriteOptions } from "../parquet/types.ts";
import { inOrder } from "../store/parallel.ts";
import type { Store } from "../store/store.ts";
import { DataFileWriter, type WrittenFile } from "./data-file-writer.ts";
import { type PartitionColumn, splitByPartition } from "./split.ts";

/** Files open at a time, and the bytes they may hold together; beyond that the largest are closed. */
const MOST_OPEN = 1000;
const MOST_HELD_BYTES = 256 * 2 ** 20;
const CLOSING_AT_ONCE = 8;

export const DEFAULT_FILE_BYTES = 128 * 2 ** 20;

export interface FanOutOptions {
  /** The columns of the data files, without partition columns. */
  readonly table: Table;
  readonly partitions: readonly PartitionColumn[];
  readonly parquet: ParquetWriteOptions;
  readonly targetFileBytes: number;
  /** Lists and maps whose nulls are counted. */
  readonly nullPaths: readonly (readonly string[])[];
  /** What paths begin with and file names begin with. Default the folder of the table, and "part". */
  readonly naming?: { readonly folder: string; readonly prefix: string } | undefined;
}

/** Distributes batches over data files: one open per partition, the next begun where one has its size. */
export class FanOut {
  private readonly store: Store;
  private readonly options: FanOutOptions;
  private readonly open = new Map<string, DataFileWriter>();
  private readonly written: WrittenFile[] = [];
  private readonly paths: string[] = [];
  private readonly closings: Promise<WrittenFile>[] = [];

  constructor(store: Store, options: FanOutOptions) {
    this.store = store;
    this.options = options;
  }

  /** Takes a batch with data and partition columns. */
  async write(batch: RecordBatch): Promise<void> {
    for (const { values, batch: rows } of splitByPartition(batch, this.options.partitions)) {
      const key = JSON.stringify(values);
      let file = this.open.get(key);
      if (!file) {
        file = this.begin(values);
        this.open.set(key, file);
      }
      await file.write(rows);
      if (file.bytes >= this.options.targetFileBytes) {
        this.open.delete(key);
        await this.close([file]);
      }
    }
    await this.spill();
  }

  /** Completes every file. */
  async finish(): Promise<readonly WrittenFile[]> {
    await this.close([...this.open.values()]);
    this.open.clear();
    return this.written;
  }

  /** Removes what was written, as far as the store lets it. */
  async discard(): Promise<void> {
    await Promise.allSettled([...this.open.values()].map((file) => file.abort()));
    // One that is still on its way would appear after its path was deleted.
    await Promise.allSettled(this.closings);
    for await (const _ of inOrder(this.paths, CLOSING_AT_ONCE, (path) =>
      this.store.delete(path).catch(() => {}),
    ));
  }

  private begin(values: readonly (string | null)[]): DataFileWriter {
    const { table, partitions, parquet, nullPaths, naming } = this.options;
    const { folder, prefix } = naming ?? { folder: "", prefix: "part" };
    const folders = values.map((value, k) => `${partitionDirectory(partitions[k]!.name, value)}/`);
    const name = fileName(prefix, this.paths.length, parquet.codec ?? "snappy");
    const path = folder + folders.join("") + name;
    this.paths.push(path);
    return new DataFileWriter(this.store, path, values, table, parquet, nullPaths);
  }

  private async close(files: readonly DataFileWriter[]): Promise<void> {
    const closing = (file: DataFileWriter): Promise<WrittenFile> => {
      const done = file.close();
      this.closings.push(done);
      return done;
    };
    for await (const written of inOrder(files, CLOSING_AT_ONCE, closing)) {
      this.written.push(written);
    }
  }

  private async spill(): Promise<void> {
    let held = 0;
    for (const file of this.open.values()) held += file.heldBytes;
    if (this.open.size <= MOST_OPEN && held <= MOST_HELD_BYTES) return;
    const largest = [...this.open].sort(([, a], [, b]) => b.heldBytes - a.heldBytes);
    const closing: DataFileWriter[] = [];
    for (const [key, file] of largest) {
      if (this.open.size <= MOST_OPEN && held <= MOST_HELD_BYTES) break;
      held -= file.heldBytes;
      this.open.delete(key);
      closing.push(file);
    }
    await this.close(closing);
  }
}

/** A name no other file has, in the form Spark gives its own. */
function fileName(prefix: string, index: number, codec: ParquetCodec): string {
  const part = String(index).padStart(5, "0");
  const extension = codec === "none" ? "parquet" : `${codec}.parquet`;
  return `${prefix}-${part}-${crypto.randomUUID()}.c000.${extension}`;
}
