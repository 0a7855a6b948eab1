import {
  type ColumnReader,
  columnReader,
  type LogicalType,
  type Table,
  validityOf,
} from "@lakewright/core";
import { type Data, DataType, type RecordBatch } from "apache-arrow";
import { type NumberColumn, numbersOf, unitsColumn } from "./numbers.ts";
import { codePointLengths, textsOf } from "./text.ts";

/** A batch as the kernels see it: columns as typed arrays, made when first asked for and kept for the next check. */
export class BatchView {
  readonly batch: RecordBatch;
  readonly rows: number;
  private readonly table: Table;
  private readonly positions: ReadonlyMap<string, number>;
  private readonly made = new Map<string, unknown>();

  /** @param batch - conforms to the table */
  constructor(table: Table, batch: RecordBatch) {
    this.table = table;
    this.batch = batch;
    this.rows = batch.numRows;
    this.positions = new Map(table.fields.map((field, k) => [field.name, k]));
  }

  type(name: string): LogicalType {
    return this.table.columns[name]!.type;
  }

  data(name: string): Data {
    return this.batch.data.children[this.positions.get(name)!]!;
  }

  reader(name: string): ColumnReader {
    return this.once(`reader ${name}`, () => columnReader(this.data(name)));
  }

  /** 1 where the column has a value, 0 where null; undefined where no value is null. */
  valid(name: string): Uint8Array | undefined {
    return this.once(`valid ${name}`, () => validityBytes(this.data(name)));
  }

  /** 1 where all the columns have a value; undefined where they have everywhere. */
  validAll(names: readonly string[]): Uint8Array | undefined {
    if (names.length === 1) return this.valid(names[0]!);
    return this.once(`valid ${JSON.stringify(names)}`, () => {
      const masks = names.map((name) => this.valid(name)).filter((mask) => mask !== undefined);
      return masks.length === 0
        ? undefined
        : masks[0]!.map((bit, i) => (masks.every((mask) => mask[i] === 1) ? bit : 0));
    });
  }

  numbers(name: string): NumberColumn {
    return this.once(`numbers ${name}`, () => numbersOf(this.type(name), this.data(name)));
  }

  units(name: string): readonly bigint[] {
    return this.once(`units ${name}`, () => unitsColumn(this.type(name), this.data(name)));
  }

  /** The texts; anything where null. */
  texts(name: string): readonly string[] {
    return this.once(`texts ${name}`, () => textsOf(this.data(name)));
  }

  /** Lengths of the texts in code points. */
  lengths(name: string): ArrayLike<number> {
    return this.once(`lengths ${name}`, () => codePointLengths(this.data(name)));
  }

  private once<T>(key: string, make: () => T): T {
    if (!this.made.has(key)) this.made.set(key, make());
    return this.made.get(key) as T;
  }
}

function validityBytes(data: Data): Uint8Array | undefined {
  const dictionary = DataType.isDictionary(data.type) ? data.dictionary : undefined;
  const nullsInside = (dictionary?.nullCount ?? 0) > 0;
  if (data.nullCount === 0 && !nullsInside) return undefined;
  const isValid = validityOf(data);
  const codes = data.values as ArrayLike<number | bigint>;
  return Uint8Array.from({ length: data.length }, (_, i) =>
    isValid(i) && !(nullsInside && dictionary!.get(Number(codes[i])) === null) ? 1 : 0,
  );
}
