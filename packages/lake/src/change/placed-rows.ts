import { selectColumns, type Table } from "@lakewright/core";
import type { AddFile } from "../delta/log/actions.ts";
import { addressOf } from "../delta/data-files/address.ts";
import { fileTable, type StoredColumn } from "../delta/schema/columns.ts";
import type { Layout } from "../delta/schema/layout.ts";
import { dataFile, missing } from "../delta/data-files/scan-files.ts";
import { isLakeError } from "../errors.ts";
import { openParquet } from "../parquet.ts";
import type { ParquetFile } from "../parquet/types.ts";
import { openDataFile, type PlacedRows } from "../read/data-file.ts";
import { randomAccess } from "../store/random-access.ts";
import type { Store } from "../store/store.ts";
import type { Bound } from "../where/bind.ts";
import { columnsOfBound } from "./bound-columns.ts";
import { unionOf } from "./places.ts";

/** A row group of any usual writer comes as one batch or two. */
const BATCH_ROWS = 131_072;

export interface PlacedRead {
  /** Columns of the batches. Default all. */
  readonly columns?: readonly string[] | undefined;
  readonly where?: Bound | undefined;
  /** Places wanted, ascending. Default all. */
  readonly only?: Uint32Array | undefined;
  /** Places not wanted, ascending. Default none. */
  readonly except?: Uint32Array | undefined;
  /** Whether values keep the types of data files, for rows that go into another. Default false. */
  readonly asStored?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The rows of a data file that are not deleted, with their places. Row groups that hold none of the wanted are not read. */
export async function* readPlaced(
  store: Store,
  file: AddFile,
  layout: Layout,
  options: PlacedRead,
): AsyncGenerator<PlacedRows> {
  try {
    yield* placedRows(store, file, layout, options);
  } catch (error) {
    throw isLakeError(error, "LAKE_STORE_NOT_FOUND") ? missing(store, file, error) : error;
  }
}

async function* placedRows(
  store: Store,
  file: AddFile,
  layout: Layout,
  { columns: names, where, only, except, asStored = false, signal }: PlacedRead,
): AsyncGenerator<PlacedRows> {
  const typed = (name: string): StoredColumn => {
    const stored = layout.byName.get(name)!;
    return asStored && !layout.partitions.has(name) ? inFileType(stored) : stored;
  };
  const shown = tableOf(layout, names).fields.map(({ name }) => typed(name));
  const tested = new Set(where ? columnsOfBound(where) : []);
  const looked = [...tested].filter((name) => !shown.some((stored) => stored.name === name));
  const columns = [...shown, ...looked.map(typed)];
  const data = await dataFile(store, file, layout, columns, signal);
  const lists = [data.selection?.except, except].filter((list) => list !== undefined);
  const selection = { only, except: lists.length > 0 ? unionOf(lists) : undefined };
  const opened = await openDataFile(
    {
      table: { ...layout.table, fields: shown },
      columns,
      mode: layout.mode,
      where,
      tested,
      batchRows: BATCH_ROWS,
      dictionaries: true,
      signal,
    },
    { ...data, selection },
  );
  yield* opened.readPlaced({ rowGroupsRead: 0, rowGroupsSkipped: 0 });
}

/** Opens a data file of the log. */
export function openFile(store: Store, file: AddFile, signal?: AbortSignal): Promise<ParquetFile> {
  const address = addressOf(store, file.path);
  const access = randomAccess(address.store, address.path, file.size, signal);
  return openParquet(access, { name: file.path, signal });
}

/** The column in the type it has in data files; one without a type is in none. */
function inFileType(stored: StoredColumn): StoredColumn {
  if (stored.isVoid) return stored;
  return { ...stored, column: fileTable("file", [stored]).fields[0]!.column };
}

function tableOf({ table }: Layout, names: readonly string[] | undefined): Table {
  if (!names) return table;
  return names.length > 0 ? selectColumns(table, names) : { ...table, fields: [] };
}
