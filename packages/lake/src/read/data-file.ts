import { batchOf, plainValues, selectRows, type Table, toArrowSchema } from "@lakewright/core";
import { DataType, type RecordBatch } from "apache-arrow";
import type { StoredColumn } from "../delta/schema/columns.ts";
import type { MappingMode } from "../delta/schema/protocol.ts";
import { openParquet } from "../parquet/reader.ts";
import type { RandomAccess, RowGroupInfo } from "../parquet/types.ts";
import type { Bound } from "../where/bind.ts";
import { matchingRows } from "../where/evaluate.ts";
import { type GroupsRead, locate, readColumns, type Source } from "./file-columns.ts";
import {
  ListedRows,
  listedRows,
  LiveRows,
  positionsOf,
  type RowSelection,
  type RowTaker,
  type TakenRows,
} from "./live-rows.ts";
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
  const possible = await rowGroupsFor(file, where, located);
  const groupsOf = (indices: readonly number[]): readonly RowGroupInfo[] =>
    indices.map((index) => file.rowGroups[index]!);
  const listed = selection && listedRows(selection, groupsOf(possible));
  const rowGroups = possible.filter((index) => {
    const { firstRow, rows } = file.rowGroups[index]!;
    return rows > 0 && (!listed || within(listed, firstRow, firstRow + rows).length > 0);
  });
  const source: Source = { plan, file, located, constants };
  const live = listed ? new ListedRows(listed) : new LiveRows(selection ?? {}, groupsOf(rowGroups));
  const tested = plan.tested && columns.filter((stored) => plan.tested!.has(stored.name));
  const pieces =
    where && tested && tested.length < columns.length
      ? matching(source, where, tested, { rowGroups, rows: listed, batchRows: ALL_ROWS }, live)
      : all(source, readColumns(source, columns, { rowGroups, rows: listed, batchRows }), live);
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

function placesOf({ batch, ...taken }: Found): Uint32Array {
  return positionsOf(taken, batch.numRows);
}

/** Batches of every row, of which those wanted are taken. */
async function* all(
  { plan }: Source,
  read: AsyncIterable<RecordBatch>,
  live: RowTaker,
): AsyncGenerator<Found> {
  const { where, table, columns } = plan;
  const wanted = table.fields.map(({ name }) =>
    columns.findIndex((stored) => stored.name === name),
  );
  const schema = toArrowSchema(table);
  for await (const source of read) {
    const taken = rowsOf(where, source, live);
    const { rows } = taken;
    if (rows?.length === 0) continue;
    const batch = batchOf(
      schema,
      source.numRows,
      wanted.map((k) => source.data.children[k]!),
    );
    yield { ...taken, batch: rows ? selectRows(batch, rows) : batch };
  }
}

/**
 * Row groups of which the columns of the condition are read first: the others are read only where it is true for a row, and
 * of those rows only where they are few.
 */
async function* matching(
  source: Source,
  where: Bound,
  tested: readonly StoredColumn[],
  read: GroupsRead,
  live: RowTaker,
): AsyncGenerator<Found> {
  const { table, columns, batchRows } = source.plan;
  const rest = columns.filter((stored) => !tested.includes(stored));
  const order = [...tested, ...rest];
  const wanted = table.fields.map(({ name }) => order.findIndex((stored) => stored.name === name));
  const schema = toArrowSchema(table);
  let k = 0;
  for await (const batch of readColumns(source, tested, read)) {
    const group = read.rowGroups[k++]!;
    const taken = rowsOf(where, batch, live);
    if (taken.rows?.length === 0) continue;
    const known = taken.rows ? selectRows(batch, taken.rows) : batch;
    const rows = taken.rows || taken.listed ? positionsOf(taken, known.numRows) : undefined;
    const others = readColumns(source, rest, { rowGroups: [group], rows, batchRows: ALL_ROWS });
    const [other] = await Array.fromAsync(others);
    const children = [...known.data.children, ...other!.data.children];
    const selected = batchOf(
      schema,
      known.numRows,
      wanted.map((c) => children[c]!),
    );
    for (let from = 0; from < selected.numRows; from += batchRows) {
      const to = Math.min(selected.numRows, from + batchRows);
      yield {
        first: taken.first + (rows ? 0 : from),
        rows: undefined,
        listed: rows?.subarray(from, to),
        batch: to - from === selected.numRows ? selected : selected.slice(from, to),
      };
    }
  }
}

/** The next rows that are there and for which a condition is true. */
function rowsOf(where: Bound | undefined, batch: RecordBatch, live: RowTaker): TakenRows {
  const taken = live.take(batch.numRows);
  const { rows } = taken;
  if (!where) return taken;
  const found = matchingRows(where, rows ? selectRows(batch, rows) : batch);
  if (rows) return { ...taken, rows: found.map((k) => rows[k]!) };
  return { ...taken, rows: found.length === batch.numRows ? undefined : found };
}

function plainBatch(batch: RecordBatch): RecordBatch {
  const { children } = batch.data;
  return children.some((data) => DataType.isDictionary(data.type))
    ? batchOf(batch.schema, batch.numRows, children.map(plainValues))
    : batch;
}
