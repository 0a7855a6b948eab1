import {
  batchOf,
  extendTable,
  type Table,
  tableFromFields,
  toArrowSchema,
  utf8,
} from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { ChangeFile } from "../delta/log/actions.ts";
import { fileTable } from "../delta/schema/columns.ts";
import type { Layout } from "../delta/schema/layout.ts";
import { encodePath } from "../delta/data-files/paths.ts";
import { sizeProperty } from "../delta/schema/properties.ts";
import { parquetOptions } from "../delta/data-files/parquet-options.ts";
import { castColumn } from "../read/cast.ts";
import { constantColumn } from "../read/constant.ts";
import type { Store } from "../store/store.ts";
import type { Change } from "../table/types.ts";
import { DEFAULT_FILE_BYTES, FanOut } from "../write/fan-out.ts";

const CHANGE_TYPE = "_change_type";
const NAMING = { folder: "_change_data/", prefix: "cdc" };

/** Writes the files of the change feed: rows with what happened to them ("Add CDC File" of PROTOCOL.md). */
export class ChangeDataWriter {
  /** Physical names of partition columns. */
  private readonly partitions: readonly string[];
  /** The columns of the table that are kept, in their names and types of data files, and their places in batches. */
  private readonly stored: Table;
  private readonly places: readonly number[];
  private readonly files: FanOut;
  private rows = 0;

  constructor(store: Store, layout: Layout, configuration: Readonly<Record<string, string>>) {
    const { partitionBy, partitions } = layout;
    const columns = layout.columns.filter((column) => !column.isVoid);
    this.places = columns.map((column) => layout.columns.indexOf(column));
    this.partitions = partitionBy.map((name) => layout.byName.get(name)!.physical);
    this.stored = extendTable(fileTable(layout.table.name, columns), { [CHANGE_TYPE]: utf8() });
    const { fields, name } = this.stored;
    const isPartition = (k: number): boolean => partitions.has(columns[k]?.name ?? "");
    this.files = new FanOut(store, {
      table: tableFromFields(
        name,
        fields.filter((_, k) => !isPartition(k)),
      ),
      partitions: partitionBy.map((partition) => {
        const index = columns.findIndex((column) => column.name === partition);
        const { name: physical, column } = fields[index]!;
        return { index, name: physical, type: column.type, nullable: column.nullable };
      }),
      // Nobody looks for single rows among them.
      parquet: { ...parquetOptions(store, layout, configuration), bloomFilters: [] },
      targetFileBytes: sizeProperty(configuration, "delta.targetFileSize") ?? DEFAULT_FILE_BYTES,
      nullPaths: [],
      naming: NAMING,
    });
  }

  /** Takes rows in the columns of the table. */
  async add(batch: RecordBatch, type: Change["_change_type"]): Promise<void> {
    if (batch.numRows === 0) return;
    const { fields } = this.stored;
    const children = fields.map(({ name, column }, k) =>
      k < this.places.length
        ? castColumn(batch.data.children[this.places[k]!]!, column, name)
        : constantColumn(column, type, batch.numRows),
    );
    this.rows += batch.numRows;
    await this.files.write(batchOf(toArrowSchema(this.stored), batch.numRows, children));
  }

  async finish(): Promise<readonly ChangeFile[]> {
    if (this.rows === 0) return [];
    return (await this.files.finish()).map(({ path, values, summary }) => ({
      path: encodePath(path),
      partitionValues: Object.fromEntries(values.map((value, k) => [this.partitions[k]!, value])),
      size: summary.bytes,
      dataChange: false,
    }));
  }

  discard(): Promise<void> {
    return this.files.discard();
  }
}
