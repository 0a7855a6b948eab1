import { ipcBatches, isBatch, looksLikeBatch, showValue } from "@lakewright/core";
import { type RecordBatch, Table } from "apache-arrow";
import { MlError } from "../errors.ts";
import { arrowSource } from "./arrow-source.ts";
import { recordSource } from "./record-source.ts";
import { rowSource } from "./row-source.ts";

/** A row of features: numbers, booleans (0 and 1), Decimals and bigints (nearest double); null is a missing value. */
export type FeatureRow = Readonly<Record<string, unknown>>;

/** One array a feature, all of one length; NaN is a missing value. */
export type FeatureColumns = Readonly<Record<string, ArrayLike<number | bigint | boolean>>>;

/** What a model takes at once: Arrow data, IPC bytes, rows, or one array a feature. */
export type FeatureData =
  Matrix | Table | RecordBatch | Uint8Array | FeatureColumns | Iterable<RecordBatch | FeatureRow>;

/** {@link FeatureData}, or a stream of it, as a lake table's `scan()` gives. */
export type FeatureStream = FeatureData | AsyncIterable<RecordBatch | FeatureRow>;

export interface MatrixOptions {
  /** The columns to take, in this order. Default: every column. */
  readonly features?: readonly string[] | undefined;
  /** Columns that may be there and are not taken, such as the target. */
  readonly except?: readonly string[] | undefined;
  /** Any other column: "error" (the default) refuses the data, "ignore" leaves it out. */
  readonly unknownColumns?: "error" | "ignore" | undefined;
}

/**
 * Numbers by row and named column, missing values as NaN; never an infinity. Columns of doubles are taken without a
 * copy where the source has them so: leave the source alone while a model is fitted.
 */
export class Matrix {
  readonly rows: number;
  readonly names: readonly string[];
  readonly columns: readonly Float64Array[];

  constructor(rows: number, names: readonly string[], columns: readonly Float64Array[]) {
    this.rows = rows;
    this.names = names;
    this.columns = columns;
  }
}

/** Column data before a choice of columns was made. */
export interface ColumnSource {
  readonly rows: number;
  readonly names: readonly string[];
  /** The column as doubles; throws MlError ML_INVALID_DATA where it is not one of numbers. */
  read(name: string): Float64Array;
}

/**
 * The data as a {@link Matrix}.
 *
 * @throws MlError ML_FEATURE_MISMATCH naming missing and unknown columns, ML_INVALID_DATA for a column that is not of
 * numbers, ML_INVALID_VALUE for an infinity or a value that is no number, with its row and column.
 */
export function toMatrix(data: FeatureData, options: MatrixOptions = {}): Matrix {
  return matrixOf(sourceOf(data), options);
}

/** The chosen columns of a source as a {@link Matrix}. */
export function matrixOf(source: ColumnSource, options: MatrixOptions = {}): Matrix {
  const names = chooseColumns(source, options);
  const columns = names.map((name) => finite(name, source.read(name)));
  return new Matrix(source.rows, names, columns);
}

/** The columns of data that may be a stream; a stream is taken to its end. */
export async function sourceOfStream(
  data: FeatureStream,
  signal?: AbortSignal,
): Promise<ColumnSource> {
  if (typeof data !== "object" || data === null || !(Symbol.asyncIterator in data)) {
    return sourceOf(data);
  }
  const items: (RecordBatch | FeatureRow)[] = [];
  for await (const item of data) {
    signal?.throwIfAborted();
    items.push(item);
  }
  return sourceOf(items);
}

/** The columns of the data, whatever form it has. */
export function sourceOf(data: FeatureData): ColumnSource {
  if (data instanceof Matrix) {
    return {
      rows: data.rows,
      names: data.names,
      read: (name) => data.columns[data.names.indexOf(name)]!,
    };
  }
  if (isBatch(data)) return arrowSource([data]);
  if (data instanceof Table) return arrowSource(data.batches, data.schema);
  if (data instanceof Uint8Array) return arrowSource([...ipcBatches(data)]);
  if (typeof data !== "object" || data === null) {
    throw new MlError("ML_INVALID_DATA", `${showValue(data)} is no table of features.`, {
      hint: "Give Arrow data, an array of row objects, or an object with one array a feature.",
    });
  }
  if (!(Symbol.iterator in data)) return recordSource(data);
  const items = [...(data as Iterable<RecordBatch | FeatureRow>)];
  return items.length > 0 && looksLikeBatch(items[0])
    ? arrowSource(items as RecordBatch[])
    : rowSource(items as FeatureRow[]);
}

function chooseColumns(source: ColumnSource, options: MatrixOptions): readonly string[] {
  const except = new Set(options.except);
  const wanted = options.features ?? source.names.filter((name) => !except.has(name));
  const have = new Set(source.names);
  const missing = wanted.filter((name) => !have.has(name));
  const known = new Set(wanted);
  const unknown = source.names.filter((name) => !known.has(name) && !except.has(name));
  const strict = options.unknownColumns !== "ignore";
  if (missing.length === 0 && (unknown.length === 0 || !strict)) return wanted;
  const parts = [
    ...(missing.length > 0 ? [`lacks ${quoted(missing)}`] : []),
    ...(unknown.length > 0 ? [`has ${quoted(unknown)}, which the model does not know`] : []),
  ];
  throw new MlError("ML_FEATURE_MISMATCH", `The data ${parts.join(" and ")}.`, {
    hint:
      missing.length > 0
        ? `The features are ${quoted(wanted)}.`
        : 'Leave the columns out, or say { unknownColumns: "ignore" }.',
    details: { missing, unknown },
  });
}

function quoted(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => `"${name}"`);
  return names.length > 20 ? `${shown.join(", ")} and ${names.length - 20} more` : shown.join(", ");
}

function finite(name: string, values: Float64Array): Float64Array {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    // x - x is 0 for a number and NaN for an infinity.
    if (value - value !== 0 && value === value) {
      throw new MlError("ML_INVALID_VALUE", `Row ${i}, column "${name}": the value is ${value}.`, {
        hint: "Models take finite numbers. Clip it, or make it null if it is not known.",
        details: { row: i, column: name },
      });
    }
  }
  return values;
}
