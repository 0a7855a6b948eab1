import { columnReader, Decimal, validityOf } from "@lakewright/core";
import { type Data, DataType } from "apache-arrow";
import { textInterner } from "./interner.ts";

/** A column as numbers of its different texts; -1 where there is no value. */
export interface CodedColumn {
  readonly codes: Int32Array;
  readonly texts: readonly string[];
}

/** Collects one column of many batches. */
export interface RawColumnBuilder {
  append(data: Data): void;
  /** The column with row k at order[k]'s place: result.codes[k] is the value of row order[k]. */
  finish(order: Int32Array): CodedColumn;
}

/** A builder for a column of any type a table has; values that are no text are taken as they are written. */
export function rawColumnBuilder(): RawColumnBuilder {
  const interner = textInterner();
  const chunks: Int32Array[] = [];
  return {
    append: (data) => {
      const codes = new Int32Array(data.length).fill(-1);
      chunks.push(codes);
      const isValid = validityOf(data);
      if (DataType.isUtf8(data.type) || DataType.isLargeUtf8(data.type)) {
        const bytes = data.values as Uint8Array;
        const offsets = data.valueOffsets as ArrayLike<number | bigint>;
        for (let i = 0; i < codes.length; i++) {
          if (isValid(i)) {
            codes[i] = interner.codeOfBytes(bytes, Number(offsets[i]), Number(offsets[i + 1]));
          }
        }
      } else if (DataType.isDictionary(data.type)) {
        const read = columnReader(data);
        const keys = data.values as ArrayLike<number | bigint>;
        const codeOfKey = new Map<number, number>();
        for (let i = 0; i < codes.length; i++) {
          if (!isValid(i)) continue;
          const key = Number(keys[i]);
          let code = codeOfKey.get(key);
          if (code === undefined) {
            code = codeOfValue(read(i));
            codeOfKey.set(key, code);
          }
          codes[i] = code;
        }
      } else {
        const read = columnReader(data);
        for (let i = 0; i < codes.length; i++) codes[i] = codeOfValue(read(i));
      }
    },
    finish: (order) => {
      const all = new Int32Array(order.length);
      let at = 0;
      for (const chunk of chunks) {
        all.set(chunk, at);
        at += chunk.length;
      }
      chunks.length = 0;
      return { codes: order.map((row) => all[row]!), texts: interner.texts() };
    },
  };

  function codeOfValue(value: unknown): number {
    const text = textOf(value);
    return text === null ? -1 : interner.codeOf(text);
  }
}

/** A row value as text; null where there is none. A time at midnight UTC is written as its day. */
export function textOf(value: unknown): string | null {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
    default:
      if (value instanceof Date) return value.toISOString().replace("T00:00:00.000Z", "");
      if (value instanceof Decimal) return value.toString();
      return null;
  }
}
