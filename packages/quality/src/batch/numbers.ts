import type { LogicalType } from "@lakewright/core";
import type { Data } from "apache-arrow";

/**
 * The values of a column as doubles: numbers as they are, decimals, dates and timestamps in their unit.
 * A value beyond 2^53 is rounded, which keeps the order; `exact` then is false.
 */
export interface NumberColumn {
  readonly values: Float64Array;
  readonly exact: boolean;
}

const WORD = 0x1_0000_0000;

/** The column as doubles. The data has the Arrow type of the column: little-endian buffers, batch offset applied. */
export function numbersOf(type: LogicalType, data: Data): NumberColumn {
  const rows = data.length;
  switch (type.kind) {
    case "int64":
    case "timestamp":
      return fromWords(wordsOf(data.values as BigInt64Array), 2, rows, true);
    case "uint64":
      return fromWords(wordsOf(data.values as BigUint64Array), 2, rows, false);
    case "decimal": {
      const words = wordsOf(data.values as Uint32Array);
      return type.precision <= 18
        ? fromWords(words, 4, rows, true)
        : { values: Float64Array.from(unitsColumn(type, data), Number), exact: false };
    }
    default: {
      const values = data.values as Float64Array;
      return {
        values: values instanceof Float64Array ? values : new Float64Array(values),
        exact: true,
      };
    }
  }
}

/** The column in its unit, exactly. */
export function unitsColumn(type: LogicalType, data: Data): bigint[] {
  const rows = data.length;
  if (type.kind === "decimal") {
    const words = new BigUint64Array(aligned(data.values as Uint32Array).buffer);
    const signed = new BigInt64Array(words.buffer);
    return Array.from({ length: rows }, (_, i) => (signed[2 * i + 1]! << 64n) | words[2 * i]!);
  }
  const values = data.values as ArrayLike<number | bigint>;
  return Array.from({ length: rows }, (_, i) => BigInt(values[i]!));
}

function fromWords(words: Int32Array, step: number, rows: number, signed: boolean): NumberColumn {
  const values = new Float64Array(rows);
  let exact = true;
  for (let i = 0, k = 0; i < rows; i++, k += step) {
    const high = words[k + 1]!;
    const value = (signed ? high : high >>> 0) * WORD + (words[k]! >>> 0);
    values[i] = value;
    if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) exact = false;
  }
  return { values, exact };
}

function wordsOf(values: BigInt64Array | BigUint64Array | Uint32Array): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.byteLength >> 2);
}

/** A copy that starts at the start of its buffer, so that 64-bit views fit. */
function aligned(values: Uint32Array): Uint32Array {
  return values.slice();
}
