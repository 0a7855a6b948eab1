import { columnReader, selectColumns, showValue } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { AddFile } from "../delta/log/actions.ts";
import { addressOf } from "../delta/data-files/address.ts";
import type { StoredColumn } from "../delta/schema/columns.ts";
import { readDeletionVector } from "../delta/deletion-vector/read.ts";
import type { Layout } from "../delta/schema/layout.ts";
import { partitionValueOf } from "../delta/partition/columns.ts";
import { boundsOfFile } from "../delta/statistics/read.ts";
import { isLakeError } from "../errors.ts";
import { type Bounds, type ColumnBounds, keyOfValue } from "../read/bounds.ts";
import { readDataFile } from "../read/data-file.ts";
import { randomAccess } from "../store/random-access.ts";
import type { Store } from "../store/store.ts";
import { compareKeys } from "../where/compare.ts";
import type { Note } from "./verify-commits.ts";

const BATCH_ROWS = 65_536;

/** Reads a data file and compares it with what the log says of it. */
export async function verifyData(
  store: Store,
  layout: Layout,
  file: AddFile,
  note: Note,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    for (const name of layout.partitions) partitionValueOf(file, layout.byName.get(name)!);
  } catch (error) {
    if (!isLakeError(error)) throw error;
    note("wrong-partition-values", file.path, error.message);
  }
  try {
    await verifyRows(store, layout, file, note, signal);
  } catch (error) {
    if (!isLakeError(error)) throw error;
    note("unreadable-file", file.path, error.message);
  }
}

async function verifyRows(
  store: Store,
  layout: Layout,
  file: AddFile,
  note: Note,
  signal: AbortSignal | undefined,
): Promise<void> {
  const columns = layout.columns.filter(({ name }) => !layout.partitions.has(name));
  const table = selectColumns(
    layout.table,
    columns.map(({ name }) => name),
  );
  const plan = {
    table,
    columns,
    mode: layout.mode,
    where: undefined,
    batchRows: BATCH_ROWS,
    signal,
  };
  const { store: at, path } = addressOf(store, file.path);
  const access = randomAccess(at, path, file.size, signal);
  const bounds = boundsOfFile(file, layout.byName, layout.partitions);
  const checks = columns.map((stored) => new ColumnCheck(stored, bounds));
  let rows = 0;
  const data = { name: file.path, access, constants: new Map<string, unknown>() };
  const metrics = { rowGroupsRead: 0, rowGroupsSkipped: 0 };
  for await (const batch of readDataFile(plan, data, metrics)) {
    rows += batch.numRows;
    checks.forEach((check, k) => check.add(batch, k));
  }
  if (bounds.rows !== undefined && bounds.rows !== rows) {
    note("wrong-row-count", file.path, `It has ${rows} rows, the log says ${bounds.rows}.`);
  }
  for (const check of checks) {
    for (const [kind, message] of check.complaints()) note(kind, file.path, message);
  }
  if (file.deletionVector) await verifyVector(store, file, rows, note, signal);
}

async function verifyVector(
  store: Store,
  { path, deletionVector }: AddFile,
  rows: number,
  note: Note,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    const last = (await readDeletionVector(store, deletionVector!, signal)).at(-1) ?? -1;
    if (last < rows) return;
    note("wrong-deletion-vector", path, `It deletes row ${last} of a file that has ${rows}.`);
  } catch (error) {
    if (!isLakeError(error)) throw error;
    note("wrong-deletion-vector", path, error.message);
  }
}

/** Compares the values of a column with what readers take for true of them when they skip files. */
class ColumnCheck {
  private readonly stored: StoredColumn;
  private readonly bounds: ColumnBounds | undefined;
  private nulls = 0;
  private outside: unknown;

  constructor(stored: StoredColumn, bounds: Bounds) {
    this.stored = stored;
    this.bounds = bounds.of(stored.name);
  }

  add(batch: RecordBatch, index: number): void {
    const data = batch.data.children[index]!;
    this.nulls += data.nullCount;
    const { min, max } = this.bounds ?? {};
    if ((min === undefined && max === undefined) || this.outside !== undefined) return;
    const read = columnReader(data);
    const { type } = this.stored.column;
    for (let i = 0; i < data.length; i++) {
      const value = read(i);
      const key = value === null ? undefined : keyOfValue(type, value);
      if (key === undefined) continue;
      const isBelow = min !== undefined && compareKeys(key, min) < 0;
      const isAbove = max !== undefined && compareKeys(key, max) > 0;
      if (!isBelow && !isAbove) continue;
      this.outside = value;
      return;
    }
  }

  *complaints(): Generator<readonly [string, string]> {
    const { name, column } = this.stored;
    if (this.outside !== undefined) {
      const value = showValue(this.outside);
      yield ["wrong-statistics", `Column "${name}" has ${value}, outside its statistics.`];
    }
    const { nulls } = this.bounds ?? {};
    if (nulls !== undefined && nulls !== this.nulls) {
      yield [
        "wrong-statistics",
        `Column "${name}" has ${this.nulls} nulls, the log says ${nulls}.`,
      ];
    }
    if (!column.nullable && this.nulls > 0) {
      yield ["null-in-required", `Column "${name}" is not nullable and has ${this.nulls} nulls.`];
    }
  }
}
