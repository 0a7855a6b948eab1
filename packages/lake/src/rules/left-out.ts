import { ipcBatches, looksLikeBatch, type RowsOrBatches, type Table } from "@lakewright/core";
import { RecordBatch } from "apache-arrow";

/** The rows in which a value was left out: all, or those where the byte is 1. Columns not named were given throughout. */
export type LeftOut = ReadonlyMap<string, "all" | Uint8Array>;

type Note =
  { readonly batch: ReadonlySet<string>; readonly rows: number } | { readonly bits: number };

/** Notes, as rows and batches pass by, which columns they leave out; null was given, undefined was not. */
export class LeftOutRecorder {
  private readonly names: readonly string[];
  private readonly notes: Note[] = [];
  private next = 0;

  /** At most 31 columns. */
  constructor(names: readonly string[]) {
    this.names = names;
  }

  /** The same data, noted as it is read. */
  watch<T extends Table>(data: RowsOrBatches<T>): RowsOrBatches<T> {
    if (data instanceof RecordBatch) {
      this.note(data);
      return data;
    }
    const items: unknown = data instanceof Uint8Array ? ipcBatches(data) : data;
    const isIterable =
      typeof items === "object" &&
      items !== null &&
      (Symbol.iterator in items || Symbol.asyncIterator in items);
    // What is no data is refused by whoever reads it.
    if (!isIterable) return data;
    return this.pass(items as AsyncIterable<never>);
  }

  /** What the next rows leave out. */
  take(rows: number): LeftOut {
    const leftOut = new Map<string, "all" | Uint8Array>();
    const first = this.notes[this.next];
    if (first && "batch" in first) {
      this.advance(1);
      for (const name of this.names) if (!first.batch.has(name)) leftOut.set(name, "all");
      return leftOut;
    }
    for (const [k, name] of this.names.entries()) {
      const mask = new Uint8Array(rows);
      let count = 0;
      for (let i = 0; i < rows; i++) {
        const bit = ((this.notes[this.next + i] as { bits: number }).bits >> k) & 1;
        mask[i] = bit;
        count += bit;
      }
      if (count > 0) leftOut.set(name, count === rows ? "all" : mask);
    }
    this.advance(rows);
    return leftOut;
  }

  private async *pass(items: AsyncIterable<never> | Iterable<never>): AsyncGenerator<never> {
    for await (const item of items) {
      this.note(item);
      yield item;
    }
  }

  private note(item: unknown): void {
    if (looksLikeBatch(item)) {
      const { schema, numRows } = item as RecordBatch;
      this.notes.push({ batch: new Set(schema.fields.map((field) => field.name)), rows: numRows });
      return;
    }
    let bits = 0;
    const row = item as Record<string, unknown> | null;
    for (const [k, name] of this.names.entries()) if (row?.[name] === undefined) bits |= 1 << k;
    this.notes.push({ bits });
  }

  private advance(count: number): void {
    this.next += count;
    if (this.next < 100_000 && this.next < this.notes.length) return;
    this.notes.splice(0, this.next);
    this.next = 0;
  }
}
