import { batchOf, selectColumns, type Table, toArrowSchema } from "@lakewright/core";
import type { Data } from "apache-arrow";
import type { AddFile } from "../delta/actions.ts";
import { addressOf } from "../delta/address.ts";
import type { StoredColumn } from "../delta/columns.ts";
import { readDeletionVector } from "../delta/deletion-vector.ts";
import type { Layout } from "../delta/layout.ts";
import { partitionValueOf } from "../delta/partition-columns.ts";
import { missing } from "../delta/scan-files.ts";
import { isLakeError } from "../errors.ts";
import { openParquet } from "../parquet.ts";
import type { ParquetFile } from "../parquet/types.ts";
import { arrangeColumn } from "../read/arrange.ts";
import { castColumn, nullColumn } from "../read/cast.ts";
import { constantColumn } from "../read/constant.ts";
import { columnFinder } from "../read/find-column.ts";
import { rowGroupsFor } from "../read/row-groups.ts";
import { randomAccess } from "../store/random-access.ts";
import type { Store } from "../store/store.ts";
import type { Bound } from "../where/bind.ts";
import { matchingRows } from "../where/evaluate.ts";
import { selectRows } from "../where/select.ts";
import { columnsOfBound } from "./bound-columns.ts";
import { firstNotBelow, pick } from "./places.ts";
import type { PlacedRows } from "./row-change.ts";

const BATCH_ROWS = 65_536;

export interface PlacedRead {
  /** Columns of the batches. Default all. */
  readonly columns?: readonly string[] | undefined;
  readonly where?: Bound | undefined;
  /** Places wanted, ascending. Default all. */
  readonly only?: Uint32Array | undefined;
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
  { columns: names, where, only, signal }: PlacedRead,
): AsyncGenerator<PlacedRows> {
  const table = tableOf(layout, names);
  const shown = table.fields.map(({ name }) => layout.byName.get(name)!);
  const looked = (where ? columnsOfBound(where) : []).map((name) => layout.byName.get(name)!);
  const needed = [...new Set([...shown, ...looked])];
  const vector = file.deletionVector;
  const deleted = vector ? await readDeletionVector(store, vector, signal) : [];
  const parquet = await openFile(store, file, signal);
  const rowsOf = columnsIn(parquet, file, layout, needed);
  const schema = toArrowSchema({ ...layout.table, fields: needed });
  for (const index of await rowGroupsFor(parquet, where, rowsOf.located)) {
    const { firstRow, rows } = parquet.rowGroups[index]!;
    if (only && firstNotBelow(only, firstRow) === firstNotBelow(only, firstRow + rows)) continue;
    let at = firstRow;
    for await (const { length, columns } of rowsOf.read(index, signal)) {
      signal?.throwIfAborted();
      let places = livePlaces(at, length, deleted, only);
      let batch = batchOf(schema, length, columns);
      if (places.length < length) batch = selectRows(batch, indexesOf(places, at));
      if (where) {
        const matching = matchingRows(where, batch);
        if (matching.length < batch.numRows) {
          batch = selectRows(batch, matching);
          places = pick(places, matching);
        }
      }
      at += length;
      if (places.length === 0) continue;
      const children = shown.map((_, k) => batch.data.children[k]!);
      yield { batch: batchOf(toArrowSchema(table), batch.numRows, children), places };
    }
  }
}

/** Opens a data file of the log. */
export function openFile(store: Store, file: AddFile, signal?: AbortSignal): Promise<ParquetFile> {
  const address = addressOf(store, file.path);
  const access = randomAccess(address.store, address.path, file.size, signal);
  return openParquet(access, { name: file.path, signal });
}

interface FileColumns {
  readonly located: ReadonlyMap<string, { readonly stored: StoredColumn; readonly name: string }>;
  read(
    rowGroup: number,
    signal?: AbortSignal,
  ): AsyncIterable<{ readonly length: number; readonly columns: readonly Data[] }>;
}

/** Columns of the table as a file has them: stored, constant in its partition, or added to the table later. */
function columnsIn(
  parquet: ParquetFile,
  file: AddFile,
  { partitions, mode }: Layout,
  columns: readonly StoredColumn[],
): FileColumns {
  const find = columnFinder(parquet, mode);
  const names = parquet.table.fields.map((field) => field.name);
  const located = new Map<string, { readonly stored: StoredColumn; readonly name: string }>();
  for (const stored of columns) {
    const k = partitions.has(stored.name) ? -1 : find(names, stored, "");
    if (k >= 0) located.set(stored.name, { stored, name: names[k]! });
  }
  const inFile = [...new Set([...located.values()].map(({ name }) => name))];
  const columnOf = (stored: StoredColumn, length: number, source: readonly Data[]): Data => {
    const at = located.get(stored.name);
    if (at) {
      const data = arrangeColumn(source[inFile.indexOf(at.name)]!, stored, at.name, find);
      return castColumn(data, stored.column, stored.name);
    }
    return partitions.has(stored.name)
      ? constantColumn(stored.column, partitionValueOf(file, stored), length)
      : nullColumn(stored.column.type, length);
  };
  return {
    located,
    async *read(rowGroup, signal) {
      if (inFile.length === 0) {
        const { rows } = parquet.rowGroups[rowGroup]!;
        for (let from = 0; from < rows; from += BATCH_ROWS) {
          const length = Math.min(BATCH_ROWS, rows - from);
          yield { length, columns: columns.map((stored) => columnOf(stored, length, [])) };
        }
        return;
      }
      const options = {
        columns: inFile,
        rowGroups: [rowGroup],
        batchRows: BATCH_ROWS,
        dictionaries: true,
        signal,
      };
      for await (const { numRows, data } of parquet.read(options)) {
        yield {
          length: numRows,
          columns: columns.map((stored) => columnOf(stored, numRows, data.children)),
        };
      }
    },
  };
}

function tableOf({ table }: Layout, names: readonly string[] | undefined): Table {
  if (!names) return table;
  return names.length > 0 ? selectColumns(table, names) : { ...table, fields: [] };
}

/** The places from `from` on that are wanted and not deleted. */
function livePlaces(
  from: number,
  count: number,
  deleted: ArrayLike<number>,
  only: Uint32Array | undefined,
): Uint32Array {
  const to = from + count;
  const wanted = only?.subarray(firstNotBelow(only, from), firstNotBelow(only, to));
  const result = new Uint32Array(wanted?.length ?? count);
  let next = firstNotBelow(deleted, from);
  let kept = 0;
  for (let i = 0; i < result.length; i++) {
    const place = wanted ? wanted[i]! : from + i;
    while (next < deleted.length && deleted[next]! < place) next++;
    if (deleted[next] !== place) result[kept++] = place;
  }
  return result.subarray(0, kept);
}

function indexesOf(places: Uint32Array, from: number): Int32Array {
  const indexes = new Int32Array(places.length);
  for (let i = 0; i < places.length; i++) indexes[i] = places[i]! - from;
  return indexes;
}
