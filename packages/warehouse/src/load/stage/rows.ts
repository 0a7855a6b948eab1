import {
  assertBatch,
  batchBuilder,
  batchOf,
  conformValid,
  CoreError,
  type InvalidValue,
  ipcBatches,
  type JobOptions,
  looksLikeBatch,
  rowReader,
  type RowsOrBatches,
  rowsExcept,
  selectRows,
  showValue,
  type Table,
  toArrowSchema,
  untilAborted,
  warn,
} from "@lakewright/core";
import { Int64, makeData, type RecordBatch } from "apache-arrow";
import { namesOf } from "../../define/names.ts";
import { readReporter } from "../progress.ts";
import type { KeyOrder } from "./key-order.ts";
import type { Reject } from "./rejects.ts";
import type { StorableCheck } from "./storable.ts";

const BATCH_ROWS = 65_536;
const RENAMED =
  "Name the column as the table does; where it is meant to be null, give it as null, or leave out what the table does not have.";

/** Rows on their way to a staging table: numbered, and without those their definition refuses. */
export class IncomingRows {
  /** Rows seen so far. */
  read = 0;
  readonly rejects: Reject[] = [];
  /** The columns of the staging table. */
  readonly staged: Table;
  /** Whether the rows have come in the order of their key. */
  readonly order: KeyOrder;
  private readonly input: Table;
  private readonly strict: boolean;
  private readonly check: StorableCheck;

  /**
   * @param staged - the columns of `input` and, last, the one for the number
   * @param check - what the engine cannot hold though the definition takes it
   */
  constructor(input: Table, staged: Table, strict: boolean, check: StorableCheck, order: KeyOrder) {
    this.input = input;
    this.staged = staged;
    this.strict = strict;
    this.check = check;
    this.order = order;
  }

  /**
   * The rows as batches of the staging table. What is there already comes without waiting, so that an engine may ask for
   * more of it while it stores what it has; a stream may be a query of the same transaction.
   */
  batches(
    data: RowsOrBatches,
    options: JobOptions,
  ): Iterable<RecordBatch> | AsyncIterable<RecordBatch> {
    const items = iterable(data);
    const intake = this.intake(options);
    return Symbol.asyncIterator in items
      ? streamed(untilAborted(items, options.signal), intake)
      : present(items, intake);
  }

  private intake({ signal, onProgress }: JobOptions): Intake {
    const report = readReporter({ onProgress });
    const builder = batchBuilder(this.input, {
      unknownColumns: this.strict ? "error" : "ignore",
    });
    let rows: unknown[] = [];
    const flush = function* (this: IncomingRows): Generator<RecordBatch> {
      if (rows.length === 0) return;
      const given = rows;
      if (this.read === 0) this.warnOfRenamed(given);
      const { batch, invalid } = builder.buildValid(given);
      const numbers = this.accept(given.length, invalid, () => (k) => given[k]);
      const first = this.read;
      this.read += given.length;
      rows = [];
      yield* this.storable(batch, numbers, () => (k) => given[Number(numbers[k]!) - first]);
      report(this.read);
    }.bind(this);
    const whole = function* (this: IncomingRows, item: RecordBatch): Generator<RecordBatch> {
      yield* flush();
      assertBatch(item);
      if (!this.strict) this.assertNotRenamed(item);
      const known = this.strict ? item : this.narrowed(item);
      const { batch, invalid } = conformValid(this.input, known);
      const numbers = this.accept(known.numRows, invalid, () => rowReader(known));
      this.read += known.numRows;
      yield* this.storable(batch, numbers, () => rowReader(batch));
      report(this.read);
    }.bind(this);
    return {
      take: (item) => {
        signal?.throwIfAborted();
        if (looksLikeBatch(item)) return whole(item);
        rows.push(item);
        return rows.length < BATCH_ROWS ? undefined : flush();
      },
      end: function* (this: IncomingRows): Generator<RecordBatch> {
        signal?.throwIfAborted();
        yield* flush();
        report(this.read, this.read);
      }.bind(this),
    };
  }

  /** The rows of a batch that the engine can hold, numbered; the others are kept as rejects. */
  private *storable(
    batch: RecordBatch,
    numbers: BigInt64Array,
    readRows: () => RowReader,
  ): Generator<RecordBatch> {
    if (batch.numRows === 0) return;
    const bad = this.check.find(batch);
    if (bad.size === 0) {
      yield this.numbered(batch, numbers);
      return;
    }
    const read = readRows();
    for (const { row, column, problem } of [...bad.values()].sort((a, b) => a.row - b.row)) {
      const value = read(row);
      const shown = showValue((value as Readonly<Record<string, unknown>>)[column]);
      this.reject(numbers[row]!, `Column "${column}": ${shown} ${problem}.`, value);
    }
    const good = rowsExcept(batch.numRows, bad);
    if (good.length === 0) return;
    const kept = BigInt64Array.from(good, (row) => numbers[row]!);
    yield this.numbered(selectRows(batch, good), kept);
  }

  /** Numbers of the rows that fit, of so many; the others are kept with the first thing that is wrong with them. */
  private accept(
    count: number,
    invalid: readonly InvalidValue[],
    readRows: () => RowReader,
  ): BigInt64Array {
    const bad = firstOfRows(invalid);
    const read = bad.size > 0 ? readRows() : undefined;
    for (const { row, column, value, problem } of bad.values()) {
      const message = `Column "${column}": ${showValue(value)} ${problem}.`;
      this.reject(BigInt(this.read + row), message, read!(row));
    }
    return BigInt64Array.from(rowsExcept(count, bad), (row) => BigInt(this.read + row));
  }

  private reject(row: bigint, message: string, value: unknown): void {
    this.rejects.push({ row, reason: "invalid_value", message, value });
  }

  private numbered(batch: RecordBatch, numbers: BigInt64Array): RecordBatch {
    this.order.look(batch);
    const column = makeData({ type: new Int64(), length: numbers.length, data: numbers });
    return batchOf(toArrowSchema(this.staged), batch.numRows, [...batch.data.children, column]);
  }

  /** A column renamed at its source would empty the one it was, where that may be null. */
  private assertNotRenamed({ schema }: RecordBatch): void {
    const { absent, unknown } = this.compared(namesOf(schema));
    if (absent.length === 0 || unknown.length === 0) return;
    throw new CoreError("CORE_SCHEMA_MISMATCH", this.renamed(absent, unknown), { hint: RENAMED });
  }

  /** Rows leave out what is null, so that of them it is only likely. */
  private warnOfRenamed(rows: readonly unknown[]): void {
    const { absent, unknown } = this.compared(Object.keys(rows[0] ?? {}));
    if (this.strict || absent.length === 0 || unknown.length === 0) return;
    const given = rows as readonly (Readonly<Record<string, unknown>> | null | undefined)[];
    const never = absent.filter((name) => given.every((row) => row?.[name] === undefined));
    if (never.length === 0) return;
    warn("WAREHOUSE_COLUMN_ABSENT", this.renamed(never, unknown), { absent: never, unknown });
  }

  private compared(names: readonly string[]): { absent: string[]; unknown: string[] } {
    const { fields, columns } = this.input;
    return {
      absent: fields
        .filter(({ name, column }) => column.nullable && !names.includes(name))
        .map(({ name }) => name),
      unknown: names.filter((name) => !Object.hasOwn(columns, name)),
    };
  }

  private renamed(absent: readonly string[], unknown: readonly string[]): string {
    const quoted = (names: readonly string[]): string => names.map((it) => `"${it}"`).join(", ");
    return `The data for "${this.input.name}" has ${quoted(unknown)}, which the table does not have, and lacks ${quoted(absent)}, which would become null.`;
  }

  /** The columns of the batch that the table has. */
  private narrowed(batch: RecordBatch): RecordBatch {
    const { fields } = batch.schema;
    const known = fields.flatMap(({ name }, k) =>
      Object.hasOwn(this.input.columns, name) ? [k] : [],
    );
    // Not select(names): it leaves a gap where a column is left out, and those after it get the values of others.
    return known.length === fields.length ? batch : batch.selectAt(known);
  }
}

/** The row with an index. Made only where there are rows to put aside. */
type RowReader = (index: number) => unknown;

/** Rows and batches go in, one after the other; batches of a staging table come out. */
interface Intake {
  /** Undefined until there are rows enough for a batch. */
  take(item: unknown): Iterable<RecordBatch> | undefined;
  end(): Iterable<RecordBatch>;
}

function* present(items: Iterable<unknown>, intake: Intake): Generator<RecordBatch> {
  for (const item of items) {
    const batches = intake.take(item);
    if (batches !== undefined) yield* batches;
  }
  yield* intake.end();
}

async function* streamed(
  items: Iterable<unknown> | AsyncIterable<unknown>,
  intake: Intake,
): AsyncGenerator<RecordBatch> {
  for await (const item of items) {
    const batches = intake.take(item);
    if (batches !== undefined) yield* batches;
  }
  yield* intake.end();
}

function iterable(data: RowsOrBatches): Iterable<unknown> | AsyncIterable<unknown> {
  if (data instanceof Uint8Array) return ipcBatches(data);
  return looksLikeBatch(data) ? [data] : data;
}

/** The first thing that is wrong with each row. */
function firstOfRows(invalid: readonly InvalidValue[]): ReadonlyMap<number, InvalidValue> {
  const first = new Map<number, InvalidValue>();
  for (const value of invalid) if (!first.has(value.row)) first.set(value.row, value);
  return first;
}
