import { assertBatch, columnReader, validityOf } from "@lakewright/core";
import { type Data, DataType, Precision, type RecordBatch, type Schema } from "apache-arrow";
import { MlError } from "../errors.ts";
import type { ColumnSource } from "./matrix.ts";
import { numberOf } from "./number-of.ts";

/** Arrow batches of one schema as columns; a column of doubles in one batch without nulls is not copied. */
export function arrowSource(batches: readonly RecordBatch[], schema?: Schema): ColumnSource {
  for (const batch of batches) assertBatch(batch);
  const fields = (schema ?? batches[0]?.schema)?.fields ?? [];
  const names = fields.map((field) => field.name);
  for (const [b, batch] of batches.entries()) {
    const other = batch.schema.fields.map((field) => field.name);
    if (other.length === names.length && other.every((name, k) => name === names[k])) continue;
    throw new MlError(
      "ML_INVALID_DATA",
      `Batch ${b} has the columns ${other.join(", ")}, batch 0 has ${names.join(", ")}.`,
      { hint: "Give batches of one schema.", details: { batch: b } },
    );
  }
  const rows = batches.reduce((sum, batch) => sum + batch.numRows, 0);
  return {
    rows,
    names,
    read(name) {
      const k = names.indexOf(name);
      assertNumeric(name, fields[k]!.type);
      const chunks = batches.map((batch) => batch.data.children[k]!);
      if (chunks.length === 1 && isPlainDouble(chunks[0]!)) return doublesOf(chunks[0]!);
      const out = new Float64Array(rows);
      let at = 0;
      for (const chunk of chunks) {
        readChunk(chunk, out, at, name);
        at += chunk.length;
      }
      return out;
    },
  };
}

function isPlainDouble(data: Data): boolean {
  return (
    DataType.isFloat(data.type) && data.type.precision === Precision.DOUBLE && data.nullCount === 0
  );
}

function doublesOf(data: Data): Float64Array {
  return (data.values as Float64Array).subarray(0, data.length);
}

function readChunk(data: Data, out: Float64Array, at: number, name: string): void {
  const { type, length } = data;
  const direct =
    (DataType.isFloat(type) && type.precision !== Precision.HALF) ||
    (DataType.isInt(type) && type.bitWidth < 64);
  if (direct) {
    const values = data.values as Float64Array;
    for (let i = 0; i < length; i++) out[at + i] = values[i]!;
    if (data.nullCount > 0) {
      const isValid = validityOf(data);
      for (let i = 0; i < length; i++) if (!isValid(i)) out[at + i] = NaN;
    }
    return;
  }
  const read = columnReader(data);
  for (let i = 0; i < length; i++) out[at + i] = numberOf(read(i), at + i, name);
}

function assertNumeric(name: string, type: DataType): void {
  const plain = DataType.isDictionary(type) ? (type.dictionary as DataType) : type;
  if (
    DataType.isInt(plain) ||
    DataType.isFloat(plain) ||
    DataType.isBool(plain) ||
    DataType.isDecimal(plain) ||
    DataType.isNull(plain)
  ) {
    return;
  }
  throw new MlError("ML_INVALID_DATA", `Column "${name}" is ${String(type)}, not a number.`, {
    hint:
      DataType.isTimestamp(plain) || DataType.isDate(plain)
        ? "Derive a number from it (an age in days, an hour of the day), or leave it out with { features: […] }."
        : "Encode it as numbers, or leave it out with { features: […] }.",
    details: { column: name, arrowType: String(type) },
  });
}
