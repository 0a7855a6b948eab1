import {
  assertBatch,
  batchBuilder,
  batchOf,
  conformBatch,
  type InvalidValue,
  ipcBatches,
  type JobOptions,
  looksLikeBatch,
  progressReporter,
  type RowsOrBatches,
  showValue,
  type Table,
  toArrowSchema,
  untilAborted,
  warn,
} from "@lakewright/core";
import { Int64, makeData, type RecordBatch } from "apache-arrow";
import type { Reject } from "./rejects.ts";

const BATCH_ROWS = 65_536;

/** Rows on their way to a staging table: numbered, and without those their definition refuses. */
export class IncomingRows {
  /** Rows seen so far. */
  read = 0;
  readonly rejects: Reject[] = [];
  /** The columns of the staging table. */
  readonly staged: Table;
  private readonly input: Table;
  private readonly strict: boolean;

  private readonly refusesNul: boolean;

  /** @param staged - the columns of `input` and, last, the one for the number */
  constructor(input: Table, staged: Table, strict: boolean, refusesNul = false) {
    this.input = input;
    this.staged = staged;
    this.strict = strict;
    this.refusesNul = refusesNul;
  }

  async *batches(data: RowsOrBatches, options: JobOptions): AsyncGenerator<RecordBatch> {
    const { signal } = options;
    const report = progressReporter(options.onProgress, (error) => {
      warn("WAREHOUSE_PROGRESS_LISTENER", "A progress listener threw.", { error });
    });
    const builder = batchBuilder(this.input, {
      unknownColumns: this.strict ? "error" : "ignore",
    });
    let rows: unknown[] = [];
    const flush = (): RecordBatch => {
      const nul = this.refusesNul ? this.withNul(rows) : [];
      const bad = new Set(nul.map(({ row }) => row));
      // null is no row object, and so refused with its number kept.
      const given = nul.length === 0 ? rows : rows.map((row, k) => (bad.has(k) ? null : row));
      const { batch, invalid: misfits } = builder.buildValid(given);
      const invalid = [...nul, ...misfits];
      const count = rows.length;
      const numbered = this.numbered(batch, this.accept(rows, invalid));
      rows = [];
      this.read += count;
      report({ phase: "read", done: this.read, unit: "rows" });
      return numbered;
    };
    for await (const item of untilAborted(iterable(data), signal)) {
      signal?.throwIfAborted();
      if (!looksLikeBatch(item)) {
        rows.push(item);
        if (rows.length >= BATCH_ROWS) yield flush();
        continue;
      }
      if (rows.length > 0) yield flush();
      assertBatch(item);
      const batch = conformBatch(this.input, this.strict ? item : this.narrowed(item));
      const first = BigInt(this.read);
      const numbers = BigInt64Array.from({ length: batch.numRows }, (_, k) => first + BigInt(k));
      this.read += batch.numRows;
      yield this.numbered(batch, numbers);
      report({ phase: "read", done: this.read, unit: "rows" });
    }
    signal?.throwIfAborted();
    if (rows.length > 0) yield flush();
    report({ phase: "read", done: this.read, total: this.read, unit: "rows" });
  }

  /** Numbers of the rows that fit; the others are kept with the first thing that is wrong with them. */
  private accept(rows: readonly unknown[], invalid: readonly InvalidValue[]): BigInt64Array {
    const bad = new Map<number, InvalidValue>();
    for (const value of invalid) if (!bad.has(value.row)) bad.set(value.row, value);
    const numbers = new BigInt64Array(rows.length - bad.size);
    let kept = 0;
    rows.forEach((row, k) => {
      const value = bad.get(k);
      if (value === undefined) {
        numbers[kept++] = BigInt(this.read + k);
        return;
      }
      this.rejects.push({
        row: BigInt(this.read + k),
        reason: "invalid_value",
        message: `Column "${value.column}": ${showValue(value.value)} ${value.problem}.`,
        value: row,
      });
    });
    return numbers;
  }

  /** Texts with U+0000, which an engine may be unable to hold. Nested ones are left to the engine. */
  private withNul(rows: readonly unknown[]): InvalidValue[] {
    const problem = "has the character U+0000, which the engine cannot hold";
    const found: InvalidValue[] = [];
    rows.forEach((given, row) => {
      if (typeof given !== "object" || given === null) return;
      for (const { name: column } of this.input.fields) {
        const value = (given as Record<string, unknown>)[column];
        if (typeof value !== "string" || !value.includes("\0")) continue;
        found.push({ row, column, value, problem });
      }
    });
    return found;
  }

  private numbered(batch: RecordBatch, numbers: BigInt64Array): RecordBatch {
    const column = makeData({ type: new Int64(), length: numbers.length, data: numbers });
    return batchOf(toArrowSchema(this.staged), batch.numRows, [...batch.data.children, column]);
  }

  /** The columns of the batch that the table has. */
  private narrowed(batch: RecordBatch): RecordBatch {
    const known = batch.schema.fields
      .map((field) => field.name)
      .filter((name) => {
        return Object.hasOwn(this.input.columns, name);
      });
    return known.length === batch.schema.fields.length ? batch : batch.select(known);
  }
}

function iterable(data: RowsOrBatches): Iterable<unknown> | AsyncIterable<unknown> {
  if (data instanceof Uint8Array) return ipcBatches(data);
  return looksLikeBatch(data) ? [data] : data;
}
