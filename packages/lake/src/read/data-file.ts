import { batchOf, toArrowSchema, type Table } from "@lakewright/core";
import { type Data, makeData, type RecordBatch, Struct } from "apache-arrow";
import type { StoredColumn } from "../delta/columns.ts";
import type { MappingMode } from "../delta/protocol.ts";
import { openParquet } from "../parquet/reader.ts";
import type { ParquetFile, RandomAccess } from "../parquet/types.ts";
import type { Bound } from "../where/bind.ts";
import { matchingRows } from "../where/evaluate.ts";
import { selectRows } from "../where/select.ts";
import { arrangeColumn } from "./arrange.ts";
import { castColumn, nullColumn } from "./cast.ts";
import { constantColumn } from "./constant.ts";
import { columnFinder } from "./find-column.ts";
import { LiveRows, type RowSelection } from "./live-rows.ts";
import { rowGroupsFor } from "./row-groups.ts";

/** What is read of every data file. */
export interface ReadPlan {
  /** The columns of the batches. */
  readonly table: Table;
  /** Every column looked at: those of the batches and those of the condition. */
  readonly columns: readonly StoredColumn[];
  readonly mode: MappingMode;
  readonly where: Bound | undefined;
  readonly batchRows: number;
  readonly signal: AbortSignal | undefined;
}

export interface DataFile {
  /** What errors call it. */
  readonly name: string;
  readonly access: RandomAccess;
  /** Values of columns that are the same in every row, by name. */
  readonly constants: ReadonlyMap<string, unknown>;
  /** The rows wanted. Default all. */
  readonly selection?: RowSelection | undefined;
}

export interface FileMetrics {
  rowGroupsRead: number;
  rowGroupsSkipped: number;
}

/** The rows of one data file as batches of the plan's table. */
export async function* readDataFile(
  plan: ReadPlan,
  { name, access, constants, selection }: DataFile,
  metrics: FileMetrics,
): AsyncGenerator<RecordBatch> {
  const { columns, where, batchRows, signal } = plan;
  const file = await openParquet(access, { name, signal });
  const find = columnFinder(file, plan.mode);
  const names = file.table.fields.map((field) => field.name);
  const located = new Map<string, { readonly stored: StoredColumn; readonly name: string }>();
  for (const stored of columns) {
    const k = constants.has(stored.name) ? -1 : find(names, stored, "");
    if (k >= 0) located.set(stored.name, { stored, name: names[k]! });
  }
  const rowGroups = rowGroupsFor(file, where, located);
  metrics.rowGroupsRead += rowGroups.length;
  metrics.rowGroupsSkipped += file.rowGroups.length - rowGroups.length;
  if (rowGroups.length === 0) return;

  const groups = rowGroups.map((index) => file.rowGroups[index]!);
  const live = selection && new LiveRows(selection, groups);
  const schema = toArrowSchema({ ...plan.table, fields: columns });
  const wanted = plan.table.fields.map(({ name }) =>
    columns.findIndex((stored) => stored.name === name),
  );
  const inFile = [...new Set([...located.values()].map(({ name }) => name))];
  const read =
    inFile.length > 0
      ? file.read({ columns: inFile, rowGroups, batchRows, signal })
      : rowsOnly(groups, batchRows);
  for await (const source of read) {
    signal?.throwIfAborted();
    const length = source.numRows;
    const children = columns.map((stored): Data => {
      const at = located.get(stored.name);
      if (at) {
        const data = source.data.children[inFile.indexOf(at.name)]!;
        return castColumn(arrangeColumn(data, stored, at.name, find), stored.column, stored.name);
      }
      return constants.has(stored.name)
        ? constantColumn(stored.column, constants.get(stored.name), length)
        : nullColumn(stored.column.type, length);
    });
    let batch = batchOf(schema, length, children);
    const rows = live?.take(length);
    if (rows) batch = selectRows(batch, rows);
    if (where) {
      const matching = matchingRows(where, batch);
      if (matching.length < batch.numRows) batch = selectRows(batch, matching);
    }
    if (batch.numRows > 0) yield project(batch, plan.table, wanted);
  }
}

function project(batch: RecordBatch, table: Table, wanted: readonly number[]): RecordBatch {
  return batchOf(
    toArrowSchema(table),
    batch.numRows,
    wanted.map((k) => batch.data.children[k]!),
  );
}

/** Batches without columns, where a file is asked only how many rows it has. */
async function* rowsOnly(
  groups: ParquetFile["rowGroups"],
  batchRows: number,
): AsyncGenerator<{ readonly numRows: number; readonly data: Data }> {
  const none = makeData({ type: new Struct([]), length: 0, nullCount: 0, children: [] });
  for (const { rows } of groups) {
    for (let from = 0; from < rows; from += batchRows) {
      yield { numRows: Math.min(batchRows, rows - from), data: none };
    }
  }
}
