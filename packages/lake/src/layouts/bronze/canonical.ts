import {
  columnReader,
  Decimal,
  type LogicalType,
  parseDate,
  plainValues,
  type Table,
  validityOf,
} from "@lakewright/core";
import type { Data, RecordBatch } from "apache-arrow";
import { ByteSink } from "./byte-sink.ts";

/*
 * The bytes a row is hashed by. They tell the same row alike whatever the order of its columns, the batch it came in, and
 * the width of its types:
 *
 *   row      = for each column that is not null, by name in code-unit order:  text(name) value
 *   text     = length in bytes (uint32) UTF-8
 *   value    = a letter for the kind, then, little-endian:
 *     b bool (1 byte)   i integer (int64; u for uint64 from 2^63 on)   f float (float64; -0 as 0, one NaN)
 *     d decimal: text of it without zeros at its end   s text   x binary (length and bytes)
 *     D date (int32 days since 1970)   t instant, n wall clock (int64 microseconds since 1970)
 *     [ list: count (uint32), then each value, or 0 for null
 *     { struct: count of fields that are not null, then as a row
 *     m map: count, then keys with their values, in the order of the keys' bytes
 *
 * A null is left out, so a column added later changes no hash of rows that do not have it.
 */

/** Writes rows of a batch in their canonical form. */
export function rowEncoder(
  table: Table,
  batch: RecordBatch,
  names: readonly string[],
  out: ByteSink,
): (row: number) => void {
  const puts = [...names].sort().map((name) => {
    const index = table.fields.findIndex((field) => field.name === name);
    const data = plainValues(batch.data.children[index]!);
    const header = new ByteSink();
    header.text(name);
    const label = header.bytes.slice(0, header.length);
    const isValid = validityOf(data);
    const put = putterOf(table.fields[index]!.column.type, data, out);
    return (row: number): void => {
      if (!isValid(row)) return;
      out.raw(label);
      put(row);
    };
  });
  return (row) => {
    for (const put of puts) put(row);
  };
}

function putterOf(type: LogicalType, data: Data, out: ByteSink): (row: number) => void {
  switch (type.kind) {
    case "utf8":
    case "oneOf":
    case "binary": {
      const bytes = data.values as Uint8Array;
      const offsets = data.valueOffsets as Int32Array;
      const tag = type.kind === "binary" ? "x" : "s";
      return (row) => {
        out.tag(tag);
        out.sized(bytes, offsets[row]!, offsets[row + 1]!);
      };
    }
    case "int8":
    case "int16":
    case "int32":
    case "uint8":
    case "uint16":
    case "uint32": {
      const values = data.values as Int32Array;
      return (row) => {
        out.tag("i");
        out.integer(values[row]!);
      };
    }
    case "int64": {
      const values = data.values as BigInt64Array;
      return (row) => {
        out.tag("i");
        out.int64(values[row]!);
      };
    }
    case "timestamp": {
      const values = data.values as BigInt64Array;
      const tag = type.utc ? "t" : "n";
      const unit = type.unit === "ms" ? 1000n : 1n;
      return (row) => {
        out.tag(tag);
        out.int64(values[row]! * unit);
      };
    }
    case "date": {
      const days = data.values as Int32Array;
      return (row) => {
        out.tag("D");
        out.int32(days[row]!);
      };
    }
    default: {
      const read = columnReader(data);
      return (row) => putValue(type, read(row), out);
    }
  }
}

/** Writes a value as rows have it. */
function putValue(type: LogicalType, value: unknown, out: ByteSink): void {
  switch (type.kind) {
    case "bool":
      out.tag("b");
      out.byte(value === true ? 1 : 0);
      return;
    case "float32":
    case "float64":
      out.tag("f");
      out.float64(value as number);
      return;
    case "decimal":
      out.tag("d");
      out.text(decimalText(Decimal.from(value as Decimal)));
      return;
    case "utf8":
    case "oneOf":
      out.tag("s");
      out.text(value as string);
      return;
    case "binary": {
      const bytes = value as Uint8Array;
      out.tag("x");
      out.sized(bytes, 0, bytes.length);
      return;
    }
    case "date":
      out.tag("D");
      out.int32(parseDate(value as string)!);
      return;
    case "timestamp":
      out.tag(type.utc ? "t" : "n");
      out.int64(microsOf(value, type.unit === "ms"));
      return;
    case "list": {
      const items = value as readonly unknown[];
      out.tag("[");
      out.uint32(items.length);
      for (const item of items) putNullable(type.item.type, item, out);
      return;
    }
    case "struct": {
      const fields = value as Readonly<Record<string, unknown>>;
      const present = Object.keys(type.fields)
        .filter((name) => fields[name] != null)
        .sort();
      out.tag("{");
      out.uint32(present.length);
      for (const name of present) {
        out.text(name);
        putValue(type.fields[name]!.type, fields[name], out);
      }
      return;
    }
    case "map":
      out.tag("m");
      putEntries(type, [...(value as Iterable<readonly [unknown, unknown]>)], out);
      return;
    default: {
      // An integer; of 64 bits without sign half do not fit the signed form.
      const whole = BigInt(value as number);
      out.tag(whole >= 2n ** 63n ? "u" : "i");
      out.int64(BigInt.asIntN(64, whole));
    }
  }
}

function putNullable(type: LogicalType, value: unknown, out: ByteSink): void {
  if (value == null) out.byte(0);
  else putValue(type, value, out);
}

function putEntries(
  { key, value }: Extract<LogicalType, { readonly kind: "map" }>,
  entries: readonly (readonly [unknown, unknown])[],
  out: ByteSink,
): void {
  const encoded = entries.map(([name, held]) => {
    const one = new ByteSink();
    putValue(key.type, name, one);
    putNullable(value.type, held, one);
    return one.bytes.slice(0, one.length);
  });
  out.uint32(encoded.length);
  for (const entry of encoded.sort(compareBytes)) out.raw(entry);
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let k = 0; k < a.length && k < b.length; k++) if (a[k] !== b[k]) return a[k]! - b[k]!;
  return a.length - b.length;
}

/** 1.50 and 1.5 are one number. */
function decimalText(value: Decimal): string {
  const text = value.toString();
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function microsOf(value: unknown, isMs: boolean): bigint {
  if (value instanceof Date) return BigInt(value.getTime()) * 1000n;
  return (value as bigint) * (isMs ? 1000n : 1n);
}
