import {
  type Column,
  describeType,
  type LogicalType,
  plainValues,
  toArrowType,
} from "@lakewright/core";
import { type Data, DataType, makeData } from "apache-arrow";
import { LakeError } from "../errors.ts";
import { castFlat } from "./cast-flat.ts";

/**
 * Column data as another type that holds every value it has: wider numbers, other units of time, the types of a table
 * over those it is stored as. Fields of structs go by position. Data of the type already is returned as it is, and text
 * may stay a dictionary.
 *
 * @throws LakeError LAKE_SCHEMA_MISMATCH where the types do not go together or a value does not fit, naming the column.
 */
export function castColumn(data: Data, column: Column, path: string): Data {
  const { type } = column;
  if (DataType.isNull(data.type)) return asNulls(data, type);
  if (DataType.isDictionary(data.type)) {
    const textual = type.kind === "utf8" || type.kind === "oneOf";
    return textual ? data : castColumn(plainValues(data), column, path);
  }
  switch (type.kind) {
    case "struct":
      if (DataType.isStruct(data.type)) return castStruct(data, type, path);
      break;
    case "list":
      if (DataType.isList(data.type)) {
        const child = castColumn(plainValues(data.children[0]!), type.item, `${path}.element`);
        return rebuilt(data, type, [child]);
      }
      break;
    case "map":
      if (DataType.isMap(data.type)) {
        const entries = data.children[0]!;
        const [key, value] = entries.children as [Data, Data];
        const pairs = makeData({
          type: toArrowType(type).children[0]!.type as never,
          length: entries.length,
          nullCount: 0,
          children: [
            castColumn(plainValues(key), type.key, `${path}.key`),
            castColumn(plainValues(value), type.value, `${path}.value`),
          ],
        } as never) as Data;
        return rebuilt(data, type, [pairs]);
      }
      break;
    default: {
      const cast = castFlat(data, type, path);
      if (cast) return cast;
    }
  }
  throw new LakeError(
    "LAKE_SCHEMA_MISMATCH",
    `Column "${path}" is stored as ${String(data.type)}, which cannot be read as ${describeType(type)}.`,
    {
      hint: "The file and the schema of the table disagree: read the file on its own to see what it holds.",
      details: { column: path, stored: String(data.type), wanted: describeType(type) },
    },
  );
}

function castStruct(
  data: Data,
  type: Extract<LogicalType, { readonly kind: "struct" }>,
  path: string,
): Data {
  const children = Object.entries(type.fields).map(([name, field], k) =>
    castColumn(plainValues(data.children[k]!), field, `${path}.${name}`),
  );
  return rebuilt(data, type, children);
}

/** Nested data with other children, in the Arrow type of a logical one. */
function rebuilt(data: Data, type: LogicalType, children: Data[]): Data {
  const { length, nullCount, nullBitmap, valueOffsets, offset } = data;
  return makeData({
    type: toArrowType(type),
    length,
    offset,
    nullCount,
    ...(nullCount > 0 ? { nullBitmap } : {}),
    ...(valueOffsets === undefined ? { children } : { valueOffsets, child: children[0] }),
  } as never) as Data;
}

function asNulls(data: Data, type: LogicalType): Data {
  return nullColumn(type, data.length);
}

/** A column of nulls. */
export function nullColumn(type: LogicalType, length: number): Data {
  const arrow = toArrowType(type);
  const nullBitmap = new Uint8Array((length + 7) >> 3);
  const parts = { type: arrow, length, nullCount: length, nullBitmap };
  switch (type.kind) {
    case "struct":
      return makeData({
        ...parts,
        children: Object.values(type.fields).map((field) => nullColumn(field.type, length)),
      } as never) as Data;
    case "list":
    case "map": {
      const child =
        type.kind === "list"
          ? nullColumn(type.item.type, 0)
          : (makeData({
              type: arrow.children[0]!.type as never,
              length: 0,
              nullCount: 0,
              children: [nullColumn(type.key.type, 0), nullColumn(type.value.type, 0)],
            } as never) as Data);
      return makeData({
        ...parts,
        valueOffsets: new Int32Array(length + 1),
        child,
      } as never) as Data;
    }
    case "utf8":
    case "oneOf":
    case "binary":
      return makeData({
        ...parts,
        valueOffsets: new Int32Array(length + 1),
        data: new Uint8Array(0),
      } as never) as Data;
    case "bool":
      return makeData({ ...parts, data: new Uint8Array((length + 7) >> 3) } as never) as Data;
    default: {
      const Values = arrow.ArrayType as new (length: number) => Int32Array;
      return makeData({
        ...parts,
        data: new Values(length * (type.kind === "decimal" ? 4 : 1)),
      } as never) as Data;
    }
  }
}
