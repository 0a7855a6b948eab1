import {
  batchOf,
  columnReader,
  type Decimal,
  type LogicalType,
  selectRows,
  validityOf,
} from "@lakewright/core";
import { type Data, DataType, type RecordBatch, Schema } from "apache-arrow";
import { LakeError } from "../errors.ts";
import { partitionText } from "../delta/partition/value.ts";

/** A column whose values decide in which folder a row goes. */
export interface PartitionColumn {
  /** Position in the batches. */
  readonly index: number;
  readonly name: string;
  readonly type: LogicalType;
  readonly nullable: boolean;
  /** Throws for a text that cannot be a folder's name. */
  readonly accepts?: ((text: string) => void) | undefined;
}

/** The rows of a batch that belong to one partition, without the partition columns. */
export interface PartitionRows {
  /** Values as text, in the order of the partition columns. */
  readonly values: readonly (string | null)[];
  readonly batch: RecordBatch;
}

/** Splits a batch by the values of its partition columns; rows keep their order. */
export function splitByPartition(
  batch: RecordBatch,
  partitions: readonly PartitionColumn[],
): readonly PartitionRows[] {
  if (partitions.length === 0) return [{ values: [], batch }];
  const distinct = partitions.map((partition) =>
    distinctOf(batch.data.children[partition.index]!, partition),
  );
  const rest = without(batch, new Set(partitions.map(({ index }) => index)));
  const { groups, of } = combined(distinct, batch.numRows);
  const valuesOf = (ids: readonly number[]): (string | null)[] =>
    ids.map((id, k) => distinct[k]!.texts[id]!);
  if (groups.length === 1) return [{ values: valuesOf(groups[0]!), batch: rest }];
  const counts = new Int32Array(groups.length);
  for (let i = 0; i < of.length; i++) counts[of[i]!]!++;
  const rows = Array.from(counts, (count) => new Int32Array(count));
  counts.fill(0);
  for (let i = 0; i < of.length; i++) rows[of[i]!]![counts[of[i]!]!++] = i;
  return groups.map((ids, group) => ({
    values: valuesOf(ids),
    batch: selectRows(rest, rows[group]!),
  }));
}

interface Distinct {
  /** For each row, which of the texts. */
  readonly ids: Int32Array;
  readonly texts: readonly (string | null)[];
}

/** The distinct values of a column. Two values with one text are one. */
function distinctOf(data: Data, { type, name, nullable, accepts }: PartitionColumn): Distinct {
  const ids = new Int32Array(data.length);
  const idOfKey = new Map<unknown, number>();
  const texts: (string | null)[] = [];
  const idOfText = new Map<string | null, number>();
  const isValid = validityOf(data);
  const key = keyReader(data);
  const read = columnReader(data);
  for (let i = 0; i < ids.length; i++) {
    const value = isValid(i) ? key(i) : null;
    let id = idOfKey.get(value);
    if (id === undefined) {
      const text = partitionText(type, value === null ? null : read(i), name);
      if (text === null && !nullable) throw emptyInRequired(name);
      if (text !== null) accepts?.(text);
      id = idOfText.get(text);
      if (id === undefined) {
        id = texts.push(text) - 1;
        idOfText.set(text, id);
      }
      idOfKey.set(value, id);
    }
    ids[i] = id;
  }
  return { ids, texts };
}

function emptyInRequired(name: string): LakeError {
  return new LakeError(
    "LAKE_INVALID_VALUE",
    `Partition column "${name}" has an empty text, which Delta reads as null, and it is not nullable.`,
    { hint: "Make the column nullable, or give such rows a value.", details: { column: name } },
  );
}

/** Reads values as keys of a Map: equal where the values are. */
function keyReader(data: Data): (index: number) => unknown {
  const { type } = data;
  if (DataType.isFloat(type)) {
    const values = data.values as Float64Array;
    // A Map takes -0 for 0, and they are written differently.
    return (i) => (Object.is(values[i], -0) ? "-0" : values[i]);
  }
  if (
    DataType.isInt(type) ||
    DataType.isDate(type) ||
    DataType.isTimestamp(type) ||
    DataType.isDictionary(type)
  ) {
    const values = data.values as ArrayLike<number | bigint>;
    return (i) => values[i];
  }
  const read = columnReader(data);
  if (DataType.isDecimal(type)) return (i) => (read(i) as Decimal).unscaled;
  if (DataType.isBinary(type)) return (i) => String(read(i));
  return read;
}

/** The combinations of ids there are, and which one each row has. */
function combined(
  distinct: readonly Distinct[],
  rows: number,
): { readonly groups: readonly (readonly number[])[]; readonly of: Int32Array } {
  let groups: (readonly number[])[] = [[]];
  let of: Int32Array = new Int32Array(rows);
  for (const { ids, texts } of distinct) {
    const seen = new Map<number, number>();
    const next: (readonly number[])[] = [];
    const result = new Int32Array(rows);
    for (let i = 0; i < rows; i++) {
      const pair = of[i]! * texts.length + ids[i]!;
      let group = seen.get(pair);
      if (group === undefined) {
        group = next.push([...groups[of[i]!]!, ids[i]!]) - 1;
        seen.set(pair, group);
      }
      result[i] = group;
    }
    groups = next;
    of = result;
  }
  return { groups, of };
}

function without(batch: RecordBatch, indexes: ReadonlySet<number>): RecordBatch {
  const kept = batch.schema.fields.map((_, k) => k).filter((k) => !indexes.has(k));
  return batchOf(
    new Schema(kept.map((k) => batch.schema.fields[k]!)),
    batch.numRows,
    kept.map((k) => batch.data.children[k]!),
  );
}
