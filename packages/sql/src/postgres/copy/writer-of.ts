import { type Column, describeType, validityOf } from "@lakewright/core";
import type { Data } from "apache-arrow";
import { SqlError } from "../../errors.ts";
import type { TypeCatalog } from "../read/types.ts";
import type { ValueWriter } from "./buffer.ts";
import { boolWriter, decimalWriter, floatWriter, integerWriter } from "./numbers.ts";
import { bytesWriter, textWriter } from "./text.ts";
import { dateWriter, timestampWriter } from "./times.ts";

/** What is written for a null. */
const NULL = -1;

/**
 * The writer of a column for COPY BINARY, which takes exactly the format of the type of the target.
 *
 * @param target - the type of the target by number
 * @param column - names it in errors
 */
export function writerOf(
  catalog: TypeCatalog,
  definition: Column,
  data: Data,
  target: number,
  column: string,
): ValueWriter {
  const write = valueWriter(catalog, definition, data, target, column);
  if (data.nullCount === 0) return write;
  const isValid = validityOf(data);
  return (out, i) => (isValid(i) ? write(out, i) : out.int32(NULL));
}

function valueWriter(
  catalog: TypeCatalog,
  { type }: Column,
  data: Data,
  target: number,
  column: string,
): ValueWriter {
  switch (type.kind) {
    case "bool":
      return boolWriter(data);
    case "float32":
    case "float64":
      return floatWriter(data, target);
    case "decimal":
      return decimalWriter(data, type.scale);
    case "utf8":
    case "oneOf":
      return textWriter(data, target, column);
    case "binary":
      return bytesWriter(data);
    case "date":
      return dateWriter(data, column);
    case "timestamp":
      return timestampWriter(data, type.unit, column);
    case "list":
      return arrayWriter(catalog, type.item, data, catalog.itemOf(target) ?? 0, column);
    case "struct":
    case "map":
      throw new SqlError("SQL_UNSUPPORTED", `Column "${column}" is ${describeType(type)}.`);
    default:
      return integerWriter(data, target, column);
  }
}

/** An array of one dimension, as array_recv reads it. */
function arrayWriter(
  catalog: TypeCatalog,
  item: Column,
  data: Data,
  itemType: number,
  column: string,
): ValueWriter {
  const child = data.children[0]!;
  const write = writerOf(catalog, item, child, catalog.base(itemType), `${column}[]`);
  const offsets = data.valueOffsets as Int32Array;
  const hasNulls = child.nullCount > 0 ? 1 : 0;
  return (out, i) => {
    const start = out.length;
    const from = offsets[i]!;
    const to = offsets[i + 1]!;
    out.int32(0);
    out.int32(to > from ? 1 : 0);
    out.int32(hasNulls);
    out.int32(itemType);
    if (to > from) {
      out.int32(to - from);
      out.int32(1);
    }
    for (let k = from; k < to; k++) write(out, k);
    out.view.setInt32(start, out.length - start - 4);
  };
}
