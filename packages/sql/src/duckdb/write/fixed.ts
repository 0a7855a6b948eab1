import type { Data } from "apache-arrow";
import { SqlError } from "../../errors.ts";
import type { Bindings } from "../driver.ts";
import { copyTo, type VectorWriter } from "./writer.ts";

/** Values whose bytes Arrow and DuckDB agree on. */
export function fixedWriter(bindings: Bindings, width: number): VectorWriter {
  return (vector, data, from, count) => {
    const { buffer, byteOffset } = data.values as Uint8Array;
    bindings.copy_data_to_vector(vector, 0, buffer, byteOffset + from * width, count * width);
  };
}

/** A bit each in Arrow, a byte each in DuckDB. */
export function boolWriter(bindings: Bindings): VectorWriter {
  return (vector, data, from, count) => {
    const bits = data.values as Uint8Array;
    const bytes = new Uint8Array(count);
    for (let i = 0, bit = data.offset + from; i < count; i++, bit++) {
      bytes[i] = (bits[bit >> 3]! >> (bit & 7)) & 1;
    }
    copyTo(bindings, vector, bytes);
  };
}

/** 128-bit decimals, in as many bytes as DuckDB stores so many digits in. */
export function decimalWriter(bindings: Bindings, width: 2 | 4 | 8 | 16): VectorWriter {
  if (width === 16) return fixedWriter(bindings, 16);
  return (vector, data, from, count) => {
    const words = data.values as Uint32Array;
    if (width === 8) {
      const out = new Uint32Array(2 * count);
      for (let i = 0, k = 4 * from; i < count; i++, k += 4) {
        out[2 * i] = words[k]!;
        out[2 * i + 1] = words[k + 1]!;
      }
      return copyTo(bindings, vector, out);
    }
    const out = width === 4 ? new Int32Array(count) : new Int16Array(count);
    for (let i = 0, k = 4 * from; i < count; i++, k += 4) out[i] = words[k]!;
    copyTo(bindings, vector, out);
  };
}

const MAX_MS = 2n ** 63n / 1000n - 1n;

/** Milliseconds into a column of microseconds. */
export function millisWriter(bindings: Bindings, name: string): VectorWriter {
  return (vector, data, from, count) => {
    const millis = (data.values as BigInt64Array).subarray(from, from + count);
    const out = new BigInt64Array(count);
    for (let i = 0; i < count; i++) {
      const ms = millis[i]!;
      if (ms > MAX_MS || ms < -MAX_MS) {
        if (isNull(data, from + i)) continue;
        throw new SqlError(
          "SQL_LOAD_FAILED",
          `Column "${name}": ${ms} ms are outside the timestamps of DuckDB.`,
          {
            details: { column: name },
          },
        );
      }
      out[i] = ms * 1000n;
    }
    copyTo(bindings, vector, out);
  };
}

function isNull(data: Data, i: number): boolean {
  const { nullBitmap, offset } = data;
  if (data.nullCount === 0 || !nullBitmap) return false;
  return (nullBitmap[(offset + i) >> 3]! & (1 << ((offset + i) & 7))) === 0;
}
