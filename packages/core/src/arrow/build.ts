import { type Data, Field, makeData, RecordBatch, Schema, Struct } from "apache-arrow";
import { CoreError } from "../errors.ts";
import type { RowInput, Table } from "../table.ts";
import { describeType } from "../types/logical.ts";
import { showValue } from "../values/show.ts";
import type { Encoder, Report } from "./encode/encoder.ts";
import { encoderOf } from "./encode/encoder-of.ts";
import { type Gather, gatherOf, unknownName } from "./gather.ts";
import { toArrowSchema } from "./schema.ts";

/** Rows gathered at a time: their column arrays stay in the processor's cache. */
const BLOCK = 1024;

export interface BuildOptions {
  /**
   * Text columns with repeated values as Arrow dictionaries: smaller, and faster to write as Parquet.
   * Default false: every batch then has exactly the types of {@link toArrowSchema}.
   */
  readonly dictionaries?: boolean | undefined;
  /** A property of a row that is no column: "error" (the default) treats it as an invalid value, "ignore" leaves it out. */
  readonly unknownColumns?: "error" | "ignore" | undefined;
  /** Generate code where the runtime lets it; false forces the interpreted path, with the same result. Default true. */
  readonly compile?: boolean | undefined;
}

/** One value of a row that its column cannot hold. */
export interface InvalidValue {
  /** Position of the row among those given, from 0. */
  readonly row: number;
  /** The column, with the path to a nested value: "address.city", "tags[2]". */
  readonly column: string;
  readonly value: unknown;
  /** What is wrong, to be read after the value: "does not fit decimal(12, 2)". */
  readonly problem: string;
}

export interface ValidRows {
  /** The rows that fit, in order. */
  readonly batch: RecordBatch;
  /** Every invalid value of every row left out, ordered by row. */
  readonly invalid: readonly InvalidValue[];
}

/** Builds Arrow batches from rows of one table. Holds compiled code and buffers, so keep one a table. */
export interface BatchBuilder<T extends Table = Table> {
  readonly table: T;
  /**
   * The rows as one batch.
   *
   * @throws CoreError CORE_INVALID_VALUE for the first value that does not fit, naming row, column, value and problem.
   */
  build(rows: readonly RowInput<T>[]): RecordBatch;
  /** The rows that fit as one batch, and what was wrong with the others. */
  buildValid(rows: readonly unknown[]): ValidRows;
}

/** A {@link BatchBuilder} for a table. */
export function batchBuilder<T extends Table>(
  table: T,
  options: BuildOptions = {},
): BatchBuilder<T> {
  return new SchemaBuilder(table, options);
}

/**
 * Rows as one Arrow batch.
 *
 * @throws CoreError CORE_INVALID_VALUE for the first value that does not fit, naming row, column, value and problem.
 */
export function toBatch<T extends Table>(
  table: T,
  rows: readonly RowInput<T>[],
  options?: BuildOptions,
): RecordBatch {
  return new SchemaBuilder(table, options ?? {}).build(rows);
}

class SchemaBuilder<T extends Table> implements BatchBuilder<T> {
  readonly table: T;
  private readonly names: readonly string[];
  private readonly nameSet: ReadonlySet<string>;
  private readonly strict: boolean;
  private readonly gather: Gather;
  private readonly encoders: readonly Encoder[];
  private readonly columns: unknown[][];
  private readonly schema: Schema;

  constructor(table: T, options: BuildOptions) {
    this.table = table;
    this.names = table.fields.map((field) => field.name);
    this.nameSet = new Set(this.names);
    this.strict = options.unknownColumns !== "ignore";
    const compile = options.compile ?? true;
    this.gather = gatherOf(this.names, compile);
    this.encoders = table.fields.map((field) =>
      encoderOf(field.column, { dictionaries: options.dictionaries ?? false, compile }),
    );
    this.columns = this.names.map(() => new Array<unknown>(BLOCK).fill(undefined));
    this.schema = toArrowSchema(table);
  }

  build(rows: readonly RowInput<T>[]): RecordBatch {
    const invalid = this.encode(rows);
    const batch = this.finish(rows.length);
    if (invalid.length > 0) throw invalidRow(this.table, first(invalid));
    return batch;
  }

  buildValid(rows: readonly unknown[]): ValidRows {
    const invalid = this.encode(rows).sort((a, b) => a.row - b.row);
    const batch = this.finish(rows.length);
    if (invalid.length === 0) return { batch, invalid };
    const bad = new Set(invalid.map((value) => value.row));
    const good = rows.filter((_, i) => !bad.has(i));
    this.encode(good);
    return { batch: this.finish(good.length), invalid };
  }

  private encode(rows: readonly unknown[]): InvalidValue[] {
    if (!Array.isArray(rows)) {
      throw new CoreError(
        "CORE_INVALID_VALUE",
        `The rows for table "${this.table.name}" are ${showValue(rows)}, which is no array.`,
        { hint: "Give an array of row objects, one row as [row]." },
      );
    }
    try {
      return this.encodeRows(rows);
    } catch (error) {
      // A property of a row threw: what was taken before it is no part of the next batch.
      for (const encoder of this.encoders) encoder.finish();
      throw error;
    }
  }

  private encodeRows(rows: readonly unknown[]): InvalidValue[] {
    const invalid: InvalidValue[] = [];
    const suspects: number[] = [];
    for (let from = 0; from < rows.length; from += BLOCK) {
      const to = Math.min(from + BLOCK, rows.length);
      this.gather(rows, from, to, this.columns, suspects);
      for (let k = 0; k < this.encoders.length; k++) {
        const report: Report = (index, value, problem, path = "") =>
          invalid.push({ row: from + index, column: this.names[k]! + path, value, problem });
        this.encoders[k]!.append(this.columns[k]!, to - from, report, rows.length - from);
      }
    }
    for (const row of suspects) this.checkNames(row, rows[row], invalid);
    return invalid;
  }

  private checkNames(row: number, value: unknown, invalid: InvalidValue[]): void {
    if (typeof value !== "object" || value === null) {
      invalid.push({ row, column: "", value, problem: "is no row object" });
      return;
    }
    const name = this.strict ? unknownName(value, this.nameSet) : undefined;
    if (name === undefined) return;
    invalid.push({
      row,
      column: name,
      value: (value as Record<string, unknown>)[name],
      problem: `is in no column of table "${this.table.name}"`,
    });
  }

  private finish(length: number): RecordBatch {
    return batchOf(
      this.schema,
      length,
      this.encoders.map((encoder) => encoder.finish()),
    );
  }
}

/** A batch of column data; a column's own type (a dictionary, say) takes the place of the one in the schema. */
export function batchOf(schema: Schema, length: number, columns: readonly Data[]): RecordBatch {
  const fields = schema.fields.map((field, k) => {
    const type = columns[k]!.type;
    return type === field.type
      ? field
      : new Field(field.name, type, field.nullable, field.metadata);
  });
  const data = makeData({
    type: new Struct(fields),
    length,
    nullCount: 0,
    children: [...columns],
  });
  return new RecordBatch(new Schema(fields, schema.metadata), data);
}

function first(invalid: readonly InvalidValue[]): InvalidValue {
  // That a row is no object says more than that each of its columns is missing.
  return invalid.reduce((a, b) => (b.row < a.row || (b.row === a.row && b.column === "") ? b : a));
}

function invalidRow(table: Table, invalid: InvalidValue): CoreError {
  const { row, column, value, problem } = invalid;
  const root = table.fields.find(
    ({ name }) => column.startsWith(name) && /^(?:[.[]|$)/.test(column.slice(name.length)),
  )?.column;
  const place = column === "" ? "" : `, column "${column}"`;
  return new CoreError(
    "CORE_INVALID_VALUE",
    `Row ${row} of table "${table.name}"${place}: ${showValue(value)} ${problem}.`,
    {
      hint: root
        ? `The column is ${describeType(root.type)}${root.nullable ? ", nullable" : ""}. To keep the rows that fit, use buildValid.`
        : `The columns are ${table.fields.map((field) => field.name).join(", ")}.`,
      details: { table: table.name, row, column },
    },
  );
}
