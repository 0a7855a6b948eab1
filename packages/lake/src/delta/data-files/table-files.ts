import { batchOf, type Table, tableFromFields, toArrowSchema } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import { castColumn } from "../../read/cast.ts";
import type { Store } from "../../store/store.ts";
import type { WrittenFile } from "../../write/data-file-writer.ts";
import { DEFAULT_FILE_BYTES, FanOut } from "../../write/fan-out.ts";
import type { AddFile } from "../log/actions.ts";
import { fileTable } from "../schema/columns.ts";
import type { Layout } from "../schema/layout.ts";
import { parquetOptions } from "./parquet-options.ts";
import { encodePath } from "./paths.ts";
import { sizeProperty } from "../schema/properties.ts";
import { statsLeaves, type StatsLeaf } from "../statistics/columns.ts";
import { formatStats } from "../statistics/write.ts";

/** Writes batches of a table as data files in one layout, with their statistics. */
export class TableFiles {
  rows = 0;
  bytes = 0;
  private readonly store: Store;
  private readonly files: FanOut;
  private readonly leaves: readonly StatsLeaf[];
  /** The columns of the table that are kept, in their names and types of data files, and their places in batches. */
  private readonly stored: Table;
  private readonly places: readonly number[];
  /** Physical names of partition columns. */
  private readonly names: readonly string[];

  constructor(store: Store, layout: Layout, configuration: Readonly<Record<string, string>>) {
    this.store = store;
    const { partitionBy, partitions } = layout;
    const columns = layout.columns.filter((column) => !column.isVoid);
    this.places = columns.map((column) => layout.columns.indexOf(column));
    this.stored = fileTable(layout.table.name, columns);
    const table = tableFromFields(
      layout.table.name,
      this.stored.fields.filter((_, k) => !partitions.has(columns[k]!.name)),
    );
    const parquet = parquetOptions(store, layout, configuration);
    this.leaves = statsLeaves(table, configuration, layout.columns).filter(
      ({ path }) => !parquet.encryption?.hides(path),
    );
    this.names = partitionBy.map((name) => layout.byName.get(name)!.physical);
    this.files = new FanOut(store, {
      table,
      partitions: partitionBy.map((name) => {
        const index = columns.findIndex((column) => column.name === name);
        const { name: physical, column } = this.stored.fields[index]!;
        return { index, name: physical, type: column.type, nullable: column.nullable };
      }),
      parquet,
      targetFileBytes: sizeProperty(configuration, "delta.targetFileSize") ?? DEFAULT_FILE_BYTES,
      nullPaths: this.leaves
        .filter(({ type }) => type.kind === "list" || type.kind === "map")
        .map(({ path }) => path),
    });
  }

  async write(batch: RecordBatch): Promise<void> {
    await this.store.proveCommits?.();
    const children = this.stored.fields.map(({ name, column }, k) =>
      castColumn(batch.data.children[this.places[k]!]!, column, name),
    );
    await this.files.write(batchOf(toArrowSchema(this.stored), batch.numRows, children));
  }

  /** Completes the files. */
  async finish(): Promise<readonly AddFile[]> {
    const written = await this.files.finish();
    this.rows = written.reduce((sum, { summary }) => sum + summary.rows, 0);
    this.bytes = written.reduce((sum, { summary }) => sum + summary.bytes, 0);
    return written.map((file) => this.addOf(file));
  }

  /** Removes the files again, as far as the store lets it. */
  discard(): Promise<void> {
    return this.files.discard();
  }

  private addOf({ path, values, summary, modifiedMs, nullCounts }: WrittenFile): AddFile {
    const { rows, columns, bytes } = summary;
    return {
      path: encodePath(path),
      partitionValues: Object.fromEntries(values.map((value, k) => [this.names[k]!, value])),
      size: bytes,
      modificationTime: Math.floor(modifiedMs),
      dataChange: true,
      stats: formatStats(this.leaves, { rows, columns, nullCounts }),
    };
  }
}
