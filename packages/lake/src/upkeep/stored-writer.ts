import type { RecordBatch } from "apache-arrow";
import type { AddFile, PartitionValues } from "../delta/log/actions.ts";
import { encodePath, partitionDirectory } from "../delta/data-files/paths.ts";
import { formatStats } from "../delta/statistics/write.ts";
import type { Written } from "../delta/data-files/write-files.ts";
import { inOrder } from "../store/parallel.ts";
import type { Store } from "../store/store.ts";
import { DataFileWriter } from "../write/data-file-writer.ts";
import type { FileFormat } from "./file-format.ts";

const DELETING_AT_ONCE = 8;

/** Writes batches that are in stored form already as data files of a table. */
export class StoredWriter {
  readonly adds: AddFile[] = [];
  rows = 0;
  bytes = 0;
  private readonly store: Store;
  private readonly format: FileFormat;
  /** Physical names of the partition columns, in their order. */
  private readonly partitions: readonly string[];
  private readonly paths: string[] = [];
  private open: { readonly file: DataFileWriter; readonly like: Partial<AddFile> } | undefined;

  constructor(store: Store, format: FileFormat, partitions: readonly string[]) {
    this.store = store;
    this.format = format;
    this.partitions = partitions;
  }

  /** Begins a file of a partition. `like` holds what the log says of it beside its statistics. */
  begin(partitionValues: PartitionValues, like: Partial<AddFile> = {}): void {
    const { table, parquet, nullPaths } = this.format;
    const values = this.partitions.map((name) => partitionValues[name] ?? null);
    const folders = values.map((text, k) => `${partitionDirectory(this.partitions[k]!, text)}/`);
    const part = String(this.paths.length).padStart(5, "0");
    const { codec = "snappy" } = parquet;
    const extension = codec === "none" ? "parquet" : `${codec}.parquet`;
    const path = `${folders.join("")}part-${part}-${crypto.randomUUID()}.c000.${extension}`;
    this.paths.push(path);
    const file = new DataFileWriter(this.store, path, values, table, parquet, nullPaths);
    this.open = { file, like: { ...like, partitionValues } };
  }

  /** Roughly the size the open file will have; 0 where none is. */
  get openBytes(): number {
    return this.open?.file.bytes ?? 0;
  }

  async write(batch: RecordBatch): Promise<void> {
    await this.store.proveCommits?.();
    await this.open!.file.write(batch);
  }

  /** Completes the open file. */
  async end(): Promise<void> {
    const { file, like } = this.open!;
    this.open = undefined;
    const { path, summary, modifiedMs, nullCounts } = await file.close();
    const { rows, bytes, columns } = summary;
    this.rows += rows;
    this.bytes += bytes;
    this.adds.push({
      path: encodePath(path),
      partitionValues: {},
      ...like,
      size: bytes,
      modificationTime: Math.floor(modifiedMs),
      dataChange: false,
      stats: formatStats(this.format.leaves, { rows, columns, nullCounts }),
    });
  }

  get written(): Written {
    const { adds, rows, bytes } = this;
    return { adds, rows, bytes, discard: () => this.discard() };
  }

  /** Removes what was written, as far as the store lets it. */
  async discard(): Promise<void> {
    await this.open?.file.abort().catch(() => {});
    for await (const _ of inOrder(this.paths, DELETING_AT_ONCE, (path) =>
      this.store.delete(path).catch(() => {}),
    ));
  }
}
