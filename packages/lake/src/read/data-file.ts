import { batchOf, toArrowSchema, type Table } from "@lakewright/core";
import { type Data, DataType, makeData, type RecordBatch, Struct } from "apache-arrow";
import type { StoredColumn } from "../delta/schema/columns.ts";
import type { MappingMode } from "../delta/schema/protocol.ts";
import { openParquet } from "../parquet/reader.ts";
import type { ParquetFile, RandomAccess } from "../parquet/types.ts";
import type { Bound } from "../where/bind.ts";
import { matchingRows } from "../where/evaluate.ts";
import { plainValues, selectRows } from "../where/select.ts";
import { arrangeColumn } from "./arrange.ts";
import { castColumn, nullColumn } from "./cast.ts";
import { constantColumn } from "./constant.ts";
import { columnFinder } from "./find-column.ts";
import { LiveRows, type RowSelection, type TakenRows } from "./live-rows.ts";
import { within } from "./positions.ts";
import { rowGroupsFor } from "./row-groups.ts";

const ALL_ROWS = Number.MAX_SAFE_INTEGER;

/** What is read of every data file. */
export interface ReadPlan {
  /** The columns of the batches. */
  readonly table: Table;
  /** Every column looked at: those of the batches and those of the condition. */
  readonly columns: readonly StoredColumn[];
  readonly mode: MappingMode;
  readonly where: Bound | undefined;
  /** The columns the condition looks at, by name. Default all. */
  readonly tested?: ReadonlySet<string> | undefined;
  readonly batchRows: number;
  /** Whether text may be a dictionary. Default false. */
  readonly dictionaries?: boolean | undefined;
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

/** A data file whose footer was read, and whose first bytes may be on their way. */
export interface OpenedFile {
  /** The rows wanted as batches of the plan's table; once. */
  read(metrics: FileMetrics): AsyncGenerator<RecordBatch>;
  /** The same with their places; once. */
  readPlaced(metrics: FileMetrics): AsyncGenerator<PlacedRows>;
}

/** Rows of a data file, with their places in it: row numbers from 0, as deletion vectors count. */
export interface PlacedRows {
  readonly batch: RecordBatch;
  readonly places: Uint32Array;
}

/** The rows of one data file as batches of the plan's table. */
export async function* readDataFile(
  plan: ReadPlan,
  file: DataFile,
  metrics: FileMetrics,
): AsyncGenerator<RecordBatch> {
  yield* (await openDataFile(plan, file)).read(metrics);
}

/** Opens a data file and begins to read the row groups that may hold rows wanted. */
export async function openDataFile(plan: ReadPlan, data: DataFile): Promise<OpenedFile> {
  const { where, batchRows, signal, columns } = plan;
  const { access, name, constants, selection } = data;
  const file = await openParquet(access, { name, signal });
  const located = locate(file, plan, constants);
  const rowGroups = (await rowGroupsFor(file, where, located)).filter((index) => {
    const { firstRow, rows } = file.rowGroups[index]!;
    const only = selection?.only;
    return rows > 0 && (!only || within(only, firstRow, firstRow + rows).length > 0);
  });
  const source: Source = { plan, file, located, constants };
  const groups = rowGroups.map((index) => file.rowGroups[index]!);
  const live = new LiveRows(selection ?? {}, groups);
  const tested = plan.tested && columns.filter((stored) => plan.tested!.has(stored.name));
  const pieces =
    where && tested && tested.length < columns.length
      ? matching(source, where, tested, rowGroups, live)
      : all(source, readColumns(source, columns, rowGroups, batchRows), live);
  const found = async function* (metrics: FileMetrics): AsyncGenerator<Found> {
    metrics.rowGroupsRead += rowGroups.length;
    metrics.rowGroupsSkipped += file.rowGroups.length - rowGroups.length;
    for await (const piece of pieces) {
      if (piece.batch.numRows === 0) continue;
      yield plan.dictionaries ? piece : { ...piece, batch: plainBatch(piece.batch) };
    }
  };
  return {
    async *read(metrics) {
      for await (const { batch } of found(metrics)) yield batch;
    },
    async *readPlaced(metrics) {
      for await (const piece of found(metrics)) {
        yield { batch: piece.batch, places: placesOf(piece) };
      }
    },
  };
}

/** Rows that are wanted, out of those that were read together. */
interface Found extends TakenRows {
  readonly batch: RecordBatch;
}

function placesOf({ batch, first, rows }: Found): Uint32Array {
  const places = new Uint32Array(batch.numRows);
  for (let i = 0; i < places.length; i++) places[i] = first + (rows ? rows[i]! : i);
  return places;
}

/** A column of the table that the file has, under a name of its own. */
interface Located {
  readonly stored: StoredColumn;
  readonly name: string;
}

interface Source {
  readonly plan: ReadPlan;
  readonly file: ParquetFile;
  readonly located: ReadonlyMap<string, Located>;
  readonly constants: ReadonlyMap<string, unknown>;
}

function locate(
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

/** Batches of every row, of which those wanted are taken. */
async function* all(
  { plan }: Source,
  read: AsyncIterable<RecordBatch>,
  live: LiveRows,
): AsyncGenerator<Found> {
  const { where, table, columns } = plan;
  const wanted = table.fields.map(({ name }) =>
    columns.findIndex((stored) => stored.name === name),
  );
  const schema = toArrowSchema(table);
  for await (const source of read) {
    const { first, rows } = rowsOf(where, source, live);
    if (rows?.length === 0) continue;
    const batch = batchOf(
      schema,
      source.numRows,
      wanted.map((k) => source.data.children[k]!),
    );
    yield { first, rows, batch: rows ? selectRows(batch, rows) : batch };
  }
}

/**
 * Row groups of which the columns of the condition are read first: the others are read only where it is true for a row.
 */
async function* matching(
  source: Source,
  where: Bound,
  tested: readonly StoredColumn[],
  rowGroups: readonly number[],
  live: LiveRows,
): AsyncGenerator<Found> {
  const { table, columns, batchRows } = source.plan;
  const rest = columns.filter((stored) => !tested.includes(stored));
  const order = [...tested, ...rest];
  const wanted = table.fields.map(({ name }) => order.findIndex((stored) => stored.name === name));
  const schema = toArrowSchema(table);
  let k = 0;
  for await (const batch of readColumns(source, tested, rowGroups, ALL_ROWS)) {
    const group = rowGroups[k++]!;
    const { first, rows } = rowsOf(where, batch, live);
    if (rows?.length === 0) continue;
    const others = await Array.fromAsync(readColumns(source, rest, [group], ALL_ROWS));
    const children = [...batch.data.children, ...others[0]!.data.children];
    const whole = batchOf(
      schema,
      batch.numRows,
      wanted.map((c) => children[c]!),
    );
    const selected = rows ? selectRows(whole, rows) : whole;
    for (let from = 0; from < selected.numRows; from += batchRows) {
      const to = Math.min(selected.numRows, from + batchRows);
      yield {
        first: rows ? first : first + from,
        rows: rows?.subarray(from, to),
        batch: to - from === selected.numRows ? selected : selected.slice(from, to),
      };
    }
  }
}

/** The next rows that are there and for which a condition is true. */
function rowsOf(where: Bound | undefined, batch: RecordBatch, live: LiveRows): TakenRows {
  const taken = live.take(batch.numRows);
  const { first, rows } = taken;
  if (!where) return taken;
  const found = matchingRows(where, rows ? selectRows(batch, rows) : batch);
  if (rows) return { first, rows: found.map((k) => rows[k]!) };
  return { first, rows: found.length === batch.numRows ? undefined : found };
}

function plainBatch(batch: RecordBatch): RecordBatch {
  const { children } = batch.data;
  return children.some((data) => DataType.isDictionary(data.type))
    ? batchOf(batch.schema, batch.numRows, children.map(plainValues))
    : batch;
}

/** Columns of row groups in the types of the table, of all rows there are. Begins to read at once. */
function readColumns(
  { plan, file, located, constants }: Source,
  columns: readonly StoredColumn[],
  rowGroups: readonly number[],
  batchRows: number,
): AsyncGenerator<RecordBatch> {
  const { signal, mode } = plan;
  const find = columnFinder(file, mode);
  const schema = toArrowSchema({ ...plan.table, fields: columns });
  const names = columns.flatMap((stored) => located.get(stored.name)?.name ?? []);
  const inFile = [...new Set(names)];
  const read =
    inFile.length > 0
      ? file.read({ columns: inFile, rowGroups, batchRows, dictionaries: true, signal })
      : rowsOnly(
          rowGroups.map((index) => file.rowGroups[index]!),
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
  groups: ParquetFile["rowGroups"],
  batchRows: number,
): AsyncGenerator<SourceBatch> {
  const none = makeData({ type: new Struct([]), length: 0, nullCount: 0, children: [] });
  for (const { rows } of groups) {
    for (let from = 0; from < rows; from += batchRows) {
      yield { numRows: Math.min(batchRows, rows - from), data: none };
    }
  }
}
