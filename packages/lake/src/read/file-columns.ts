import { batchOf, toArrowSchema } from "@lakewright/core";
import { type Data, makeData, type RecordBatch, Struct } from "apache-arrow";
import type { StoredColumn } from "../delta/schema/columns.ts";
import type { ParquetFile } from "../parquet/types.ts";
import { arrangeColumn } from "./arrange.ts";
import { castColumn, nullColumn } from "./cast.ts";
import { constantColumn } from "./constant.ts";
import type { ReadPlan } from "./data-file.ts";
import { columnFinder } from "./find-column.ts";
import { within } from "./positions.ts";

/** A column of the table that the file has, under a name of its own. */
export interface Located {
  readonly stored: StoredColumn;
  readonly name: string;
}

/** An open data file and where it has the columns that are read. */
export interface Source {
  readonly plan: ReadPlan;
  readonly file: ParquetFile;
  readonly located: ReadonlyMap<string, Located>;
  readonly constants: ReadonlyMap<string, unknown>;
}

/** Where a file has the columns of a plan. */
export function locate(
  file: ParquetFile,
  { columns, mode }: ReadPlan,
  constants: ReadonlyMap<string, unknown>,
): Map<string, Located> {
  const find = columnFinder(file, mode);
  const names = file.table.fields.map((field) => field.name);
  const located = new Map<string, Located>();
  for (const stored of columns) {
    const k = constants.has(stored.name) ? -1 : find(names, stored, "");
    if (k >= 0) located.set(stored.name, { stored, name: names[k]! });
  }
  return located;
}

/** What of row groups is read. */
export interface GroupsRead {
  readonly rowGroups: readonly number[];
  readonly batchRows: number;
  /** Positions in the file, ascending. Default all rows there are. */
  readonly rows?: Uint32Array | undefined;
}

/** Columns of row groups in the types of the table, whatever rows are deleted. Begins to read at once. */
export function readColumns(
  { plan, file, located, constants }: Source,
  columns: readonly StoredColumn[],
  { rowGroups, batchRows, rows }: GroupsRead,
): AsyncGenerator<RecordBatch> {
  const { signal, mode } = plan;
  const find = columnFinder(file, mode);
  const schema = toArrowSchema({ ...plan.table, fields: columns });
  const names = columns.flatMap((stored) => located.get(stored.name)?.name ?? []);
  const inFile = [...new Set(names)];
  const read =
    inFile.length > 0
      ? file.read({ columns: inFile, rowGroups, rows, batchRows, dictionaries: true, signal })
      : rowsOnly(
          rowGroups.map((index) => {
            const group = file.rowGroups[index]!;
            const end = group.firstRow + group.rows;
            return rows ? within(rows, group.firstRow, end).length : group.rows;
          }),
          batchRows,
        );
  const columnOf = (stored: StoredColumn, { numRows, data }: SourceBatch): Data => {
    const at = located.get(stored.name);
    if (at) {
      const child = data.children[inFile.indexOf(at.name)]!;
      return castColumn(arrangeColumn(child, stored, at.name, find), stored.column, stored.name);
    }
    return constants.has(stored.name)
      ? constantColumn(stored.column, constants.get(stored.name), numRows)
      : nullColumn(stored.column.type, numRows);
  };
  return (async function* () {
    for await (const source of read) {
      signal?.throwIfAborted();
      yield batchOf(
        schema,
        source.numRows,
        columns.map((stored) => columnOf(stored, source)),
      );
    }
  })();
}

interface SourceBatch {
  readonly numRows: number;
  readonly data: Data;
}

/** Batches without columns, where a file is asked only how many rows it has. */
async function* rowsOnly(
  groups: readonly number[],
  batchRows: number,
): AsyncGenerator<SourceBatch> {
  const none = makeData({ type: new Struct([]), length: 0, nullCount: 0, children: [] });
  for (const rows of groups) {
    for (let from = 0; from < rows; from += batchRows) {
      yield { numRows: Math.min(batchRows, rows - from), data: none };
    }
  }
}
