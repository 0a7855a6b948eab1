import {
  columnReader,
  type ColumnReader,
  type JobOptions,
  progressReporter,
  type Row,
  type RowsOrBatches,
  showValue,
  type Table,
  toBatches,
} from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { KeyPart } from "../blocking/key-part.ts";
import { ReconcileError } from "../errors.ts";
import { type FieldDefinition, fieldColumn, mapColumn } from "./fields.ts";
import { canonicalOrder, compareIds, type RecordId } from "./order.ts";
import { type CodedColumn, type RawColumnBuilder, rawColumnBuilder } from "./raw-column.ts";

/**
 * Records read once, to train on, score and cluster: ids, coded fields, and the batches they came from.
 * They are numbered in an order that depends on the ids only.
 */
export class Records<T extends Table = Table> {
  readonly table: T;
  /** The id of each record; the position in this list is the number that scores and clusters have. */
  readonly ids: readonly RecordId[];
  private readonly batches: readonly RecordBatch[];
  private readonly starts: readonly number[];
  private readonly origin: Int32Array;
  private readonly fields: ReadonlyMap<string, CodedColumn>;
  private readonly schema: RecordSchema<T>;
  private readonly parts = new Map<string, CodedColumn>();
  private positions: Map<RecordId, number> | undefined;

  /** @internal Use `linker.read`. */
  constructor(
    schema: RecordSchema<T>,
    ids: readonly RecordId[],
    batches: readonly RecordBatch[],
    origin: Int32Array,
    fields: ReadonlyMap<string, CodedColumn>,
  ) {
    this.table = schema.table;
    this.schema = schema;
    this.ids = ids;
    this.batches = batches;
    let rows = 0;
    this.starts = batches.map((batch) => (rows += batch.numRows) - batch.numRows);
    this.origin = origin;
    this.fields = fields;
  }

  get size(): number {
    return this.ids.length;
  }

  /**
   * @internal Checks that the records were read for this schema.
   *
   * @throws ReconcileError RECONCILE_MODEL_MISMATCH
   */
  requireSchema(schema: RecordSchema<T>): void {
    if (this.schema === schema) return;
    throw new ReconcileError(
      "RECONCILE_MODEL_MISMATCH",
      `These records of table "${this.table.name}" were read by another linker.`,
      { hint: "Give the rows or batches, or what read() of this linker gave." },
    );
  }

  /**
   * The number of a record.
   *
   * @throws ReconcileError RECONCILE_UNKNOWN_RECORD
   */
  indexOf(id: RecordId): number {
    this.positions ??= new Map(this.ids.map((known, k) => [known, k]));
    const index = this.positions.get(id);
    if (index !== undefined) return index;
    throw new ReconcileError("RECONCILE_UNKNOWN_RECORD", `There is no record ${showValue(id)}.`, {
      hint: `Ids of table "${this.table.name}" are ${typeof (this.ids[0] ?? "")}s; this has ${this.size} records.`,
      details: { id: String(id) },
    });
  }

  /** The values of a column by record number, as rows have them. */
  reader(column: string): ColumnReader {
    const readers = this.batches.map((batch) => {
      const k = batch.schema.fields.findIndex((field) => field.name === column);
      return columnReader(batch.data.children[k]!);
    });
    return (index) => {
      const row = this.origin[index]!;
      const batch = this.batchOf(row);
      return readers[batch]!(row - this.starts[batch]!);
    };
  }

  /** A record as it was given. */
  row(index: number): Row<T> {
    const values = this.table.fields.map(({ name }) => [name, this.reader(name)(index)]);
    return Object.fromEntries(values) as Row<T>;
  }

  /** @internal The coded values of a field. */
  field(name: string): CodedColumn {
    const column = this.fields.get(name);
    if (column) return column;
    throw new ReconcileError("RECONCILE_UNKNOWN_COLUMN", `There is no field "${name}".`, {
      hint: `The fields of the linker are ${[...this.fields.keys()].join(", ")}.`,
      details: { field: name },
    });
  }

  /** @internal The coded values of a part of a key. */
  part(part: KeyPart): CodedColumn {
    const { of } = part;
    if (!of) return this.field(part.field);
    let column = this.parts.get(part.name);
    if (!column) {
      column = mapColumn(this.field(part.field), of);
      this.parts.set(part.name, column);
    }
    return column;
  }

  private batchOf(row: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Which column identifies the records, and what they are blocked and compared by. */
export interface RecordSchema<T extends Table> {
  readonly table: T;
  readonly id: string;
  readonly fields: ReadonlyMap<string, FieldDefinition>;
}

/**
 * Reads the data and codes the fields.
 *
 * @throws ReconcileError RECONCILE_INVALID_ID, RECONCILE_DUPLICATE_ID; CoreError for data that does not fit the table.
 */
export async function readRecords<T extends Table>(
  schema: RecordSchema<T>,
  data: RowsOrBatches<T>,
  options: JobOptions = {},
): Promise<Records<T>> {
  const report = progressReporter(options.onProgress);
  const batches: RecordBatch[] = [];
  let rows = 0;
  for await (const batch of toBatches(schema.table, data, { signal: options.signal })) {
    batches.push(batch);
    rows += batch.numRows;
    report({ phase: "read", done: rows, unit: "rows" });
  }
  const { ids, builders } = columnsOf(schema, batches);
  return coded(schema, batches, ids, builders, canonicalOrder(ids));
}

/** Two rows as records 0 and 1, whatever their ids. */
export function recordsOfPair<T extends Table>(
  schema: RecordSchema<T>,
  pair: RecordBatch,
): Records<T> {
  const { ids, builders } = columnsOf(schema, [pair]);
  return coded(schema, [pair], ids, builders, Int32Array.of(0, 1));
}

function columnsOf<T extends Table>(
  { id, fields }: RecordSchema<T>,
  batches: readonly RecordBatch[],
): { readonly ids: RecordId[]; readonly builders: Map<string, RawColumnBuilder> } {
  const builders = new Map<string, RawColumnBuilder>();
  for (const field of fields.values()) {
    for (const column of field.columns) builders.set(column, rawColumnBuilder());
  }
  const ids: RecordId[] = [];
  for (const batch of batches) {
    const columnAt = (name: string): number =>
      batch.schema.fields.findIndex((field) => field.name === name);
    const readId = columnReader(batch.data.children[columnAt(id)]!);
    for (let i = 0; i < batch.numRows; i++) ids.push(checkedId(readId(i), id, ids.length));
    for (const [name, builder] of builders) builder.append(batch.data.children[columnAt(name)]!);
  }
  return { ids, builders };
}

function coded<T extends Table>(
  schema: RecordSchema<T>,
  batches: readonly RecordBatch[],
  ids: readonly RecordId[],
  builders: Map<string, RawColumnBuilder>,
  order: Int32Array,
): Records<T> {
  const raw = new Map<string, CodedColumn>();
  for (const [name, builder] of builders) raw.set(name, builder.finish(order));
  const made = new Map<string, CodedColumn>();
  for (const [name, field] of schema.fields) {
    const inputs = field.columns.map((column) => raw.get(column)!);
    made.set(name, fieldColumn(field, inputs));
  }
  const ordered = Array.from(order, (row) => ids[row]!);
  return new Records(schema, ordered, batches, order, made);
}

function checkedId(value: unknown, column: string, row: number): RecordId {
  if (typeof value === "bigint" || typeof value === "number" || typeof value === "string") {
    if (value !== "") return value;
  }
  throw new ReconcileError(
    "RECONCILE_INVALID_ID",
    `Row ${row} has ${showValue(value)} in the id column "${column}".`,
    {
      hint: "Each record needs an id that is a text or a whole number.",
      details: { column, row },
    },
  );
}

/** Of some records the one with the smallest id. */
export function smallestId(ids: readonly RecordId[], members: Iterable<number>): number {
  let best = -1;
  for (const member of members) {
    if (best < 0 || compareIds(ids[member]!, ids[best]!) < 0) best = member;
  }
  return best;
}
