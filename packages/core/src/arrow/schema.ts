import * as arrow from "apache-arrow";
import { CoreError } from "../errors.ts";
import type { Field, Table } from "../table.ts";
import { tableFromFields } from "../table.ts";
import type { Column } from "../types/column.ts";
import { bool, binary, date, decimal, utf8 } from "../types/constructors.ts";
import type { IntegerKind, LogicalType } from "../types/logical.ts";

/** Field metadata that keeps what Arrow has no type for. */
const ONE_OF = "lakewright:oneOf";

/** The Arrow schema of a table: the types its batches have when they are built without dictionaries. */
export function toArrowSchema(table: Table): arrow.Schema {
  return new arrow.Schema(
    table.fields.map((field) => toArrowField(field.name, field.column)),
    new Map([["lakewright:table", table.name]]),
  );
}

/** The Arrow field of a column. */
export function toArrowField(name: string, column: Column): arrow.Field {
  const metadata =
    column.type.kind === "oneOf"
      ? new Map([[ONE_OF, JSON.stringify(column.type.values)]])
      : undefined;
  return new arrow.Field(name, toArrowType(column.type), column.nullable, metadata);
}

/** The Arrow type of a logical type. */
export function toArrowType(type: LogicalType): arrow.DataType {
  switch (type.kind) {
    case "int8":
      return new arrow.Int8();
    case "int16":
      return new arrow.Int16();
    case "int32":
      return new arrow.Int32();
    case "int64":
      return new arrow.Int64();
    case "uint8":
      return new arrow.Uint8();
    case "uint16":
      return new arrow.Uint16();
    case "uint32":
      return new arrow.Uint32();
    case "uint64":
      return new arrow.Uint64();
    case "float32":
      return new arrow.Float32();
    case "float64":
      return new arrow.Float64();
    case "decimal":
      return new arrow.Decimal(type.scale, type.precision, 128);
    case "utf8":
    case "oneOf":
      return new arrow.Utf8();
    case "binary":
      return new arrow.Binary();
    case "bool":
      return new arrow.Bool();
    case "date":
      return new arrow.DateDay();
    case "timestamp": {
      const zone = type.utc ? "UTC" : null;
      return type.unit === "ms"
        ? new arrow.TimestampMillisecond(zone)
        : new arrow.TimestampMicrosecond(zone);
    }
    case "list":
      return new arrow.List(toArrowField("element", type.item));
    case "struct":
      return new arrow.Struct(
        Object.entries(type.fields).map(([name, field]) => toArrowField(name, field)),
      );
    case "map": {
      const entries = new arrow.Struct([
        toArrowField("key", type.key),
        toArrowField("value", type.value),
      ]);
      return new arrow.Map_(new arrow.Field("entries", entries, false) as never);
    }
  }
}

/**
 * The table an Arrow schema describes.
 *
 * Dictionaries become their values; second timestamps become milliseconds, 16-bit floats single precision,
 * fixed-size binary becomes binary.
 *
 * @throws CoreError CORE_UNSUPPORTED_TYPE for a type without an exact counterpart (time of day, nanoseconds, duration,
 * interval, union, 256-bit decimal), naming the column.
 */
export function fromArrowSchema(name: string, schema: arrow.Schema): Table {
  return tableFromFields(
    name,
    schema.fields.map((field): Field => ({
      name: field.name,
      column: fromArrowField(field, field.name),
    })),
  );
}

/** The column an Arrow field describes; `path` names it in errors. */
export function fromArrowField(field: arrow.Field, path: string): Column {
  const values = field.metadata.get(ONE_OF);
  const type: LogicalType =
    values === undefined
      ? fromArrowType(field.type, path)
      : { kind: "oneOf", values: JSON.parse(values) as string[] };
  return Object.freeze({ type: Object.freeze(type), nullable: field.nullable });
}

function fromArrowType(type: arrow.DataType, path: string): LogicalType {
  if (arrow.DataType.isInt(type)) {
    return { kind: `${type.isSigned ? "int" : "uint"}${type.bitWidth}` as IntegerKind };
  }
  if (arrow.DataType.isFloat(type)) {
    return { kind: type.precision === arrow.Precision.DOUBLE ? "float64" : "float32" };
  }
  if (arrow.DataType.isDecimal(type) && type.bitWidth <= 128) {
    return decimal(type.precision, type.scale).type;
  }
  if (arrow.DataType.isUtf8(type) || arrow.DataType.isLargeUtf8(type)) return utf8().type;
  if (
    arrow.DataType.isBinary(type) ||
    arrow.DataType.isLargeBinary(type) ||
    arrow.DataType.isFixedSizeBinary(type)
  ) {
    return binary().type;
  }
  if (arrow.DataType.isBool(type)) return bool().type;
  if (arrow.DataType.isDate(type)) return date().type;
  if (arrow.DataType.isTimestamp(type) && type.unit !== arrow.TimeUnit.NANOSECOND) {
    return {
      kind: "timestamp",
      unit: type.unit === arrow.TimeUnit.MICROSECOND ? "us" : "ms",
      utc: type.timezone !== null && type.timezone !== undefined,
    };
  }
  if (arrow.DataType.isDictionary(type)) return fromArrowType(type.dictionary, path);
  if (arrow.DataType.isList(type) || arrow.DataType.isFixedSizeList(type)) {
    return { kind: "list", item: fromArrowField(type.children[0]!, `${path}[]`) };
  }
  if (arrow.DataType.isMap(type)) {
    const [key, value] = (type.children[0]!.type as arrow.Struct).children;
    return {
      kind: "map",
      key: { ...fromArrowField(key!, `${path}.key`), nullable: false },
      value: fromArrowField(value!, `${path}.value`),
    };
  }
  if (arrow.DataType.isStruct(type)) {
    return {
      kind: "struct",
      fields: Object.fromEntries(
        type.children.map((child) => [child.name, fromArrowField(child, `${path}.${child.name}`)]),
      ),
    };
  }
  throw new CoreError(
    "CORE_UNSUPPORTED_TYPE",
    `Column "${path}" has the Arrow type ${String(type)}, which no table column holds exactly.`,
    {
      hint: "Cast it before: nanoseconds to microseconds, a time of day to int64, a union to a struct.",
      details: { column: path, arrowType: String(type) },
    },
  );
}
