import {
  type Column,
  type Field,
  type LogicalType,
  sameType,
  type Table,
  tableFromFields,
} from "@lakewright/core";
import { LakeError } from "../../errors.ts";
import type { DeltaField, DeltaType } from "./schema-json.ts";

/** Field metadata that keeps a column type Delta has no name for: its LogicalType as JSON text. */
const TYPE = "lakewright.type";

/** A column of a table with the metadata its field in the log gets beside the type. */
export interface FieldMetadata {
  readonly [column: string]: Readonly<Record<string, unknown>>;
}

/** The fields of a table's schema in the log. */
export function toDeltaFields(table: Table, metadata: FieldMetadata = {}): readonly DeltaField[] {
  return table.fields.map(({ name, column }) => deltaField(name, column, metadata[name]));
}

/**
 * The table of a schema in the log.
 *
 * @throws LakeError LAKE_UNSUPPORTED_FEATURE for a type this package cannot read, naming the column.
 */
export function fromDeltaFields(name: string, fields: readonly DeltaField[]): Table {
  return tableFromFields(
    name,
    fields.map((field): Field => ({ name: field.name, column: columnOfField(field, field.name) })),
  );
}

/** The column of a field of the log; `path` names it in errors. */
export function columnOfField(field: DeltaField, path: string): Column {
  const type = fromDeltaType(field.type, path);
  return { type: rememberedType(field) ?? type, nullable: field.nullable || field.type === "void" };
}

/** The type a column is stored as: what a Parquet file of a Delta table may hold. */
export function storageType(type: LogicalType): LogicalType {
  switch (type.kind) {
    case "uint8":
      return { kind: "int16" };
    case "uint16":
      return { kind: "int32" };
    case "uint32":
      return { kind: "int64" };
    case "uint64":
      return { kind: "decimal", precision: 20, scale: 0 };
    case "oneOf":
      return { kind: "utf8" };
    case "timestamp":
      return { ...type, unit: "us" };
    case "list":
      return { kind: "list", item: storageColumn(type.item) };
    case "map":
      return { kind: "map", key: storageColumn(type.key), value: storageColumn(type.value) };
    case "struct":
      return {
        kind: "struct",
        fields: Object.fromEntries(
          Object.entries(type.fields).map(([name, field]) => [name, storageColumn(field)]),
        ),
      };
    default:
      return type;
  }
}

export function storageColumn(column: Column): Column {
  return { type: storageType(column.type), nullable: column.nullable };
}

function deltaField(name: string, column: Column, metadata = {}): DeltaField {
  const remembered = sameType(fromDeltaType(toDeltaType(column.type), name), column.type)
    ? {}
    : { [TYPE]: JSON.stringify(column.type) };
  return {
    name,
    type: toDeltaType(column.type),
    nullable: column.nullable,
    metadata: { ...remembered, ...metadata },
  };
}

/**
 * The type in the log. Within lists and maps every field of a struct may be null there: Delta knows no NOT NULL in them, and
 * Spark alters no table that has one.
 */
function toDeltaType(type: LogicalType, isRepeated = false): DeltaType {
  switch (type.kind) {
    case "list":
      return {
        type: "array",
        elementType: toDeltaType(type.item.type, true),
        containsNull: type.item.nullable,
      };
    case "map":
      return {
        type: "map",
        keyType: toDeltaType(type.key.type, true),
        valueType: toDeltaType(type.value.type, true),
        valueContainsNull: type.value.nullable,
      };
    case "struct":
      // Nested fields carry no memory of their own: that of the column around them has the whole type.
      return {
        type: "struct",
        fields: Object.entries(type.fields).map(([name, field]) => ({
          name,
          type: toDeltaType(field.type, isRepeated),
          nullable: isRepeated || field.nullable,
          metadata: {},
        })),
      };
    default:
      return primitiveName(storageType(type));
  }
}

function primitiveName(type: LogicalType): string {
  switch (type.kind) {
    case "int8":
      return "byte";
    case "int16":
      return "short";
    case "int32":
      return "integer";
    case "int64":
      return "long";
    case "float32":
      return "float";
    case "float64":
      return "double";
    case "decimal":
      return `decimal(${type.precision},${type.scale})`;
    case "utf8":
      return "string";
    case "bool":
      return "boolean";
    case "timestamp":
      return type.utc ? "timestamp" : "timestamp_ntz";
    default:
      return type.kind;
  }
}

const PRIMITIVES: Readonly<Record<string, LogicalType>> = {
  byte: { kind: "int8" },
  short: { kind: "int16" },
  integer: { kind: "int32" },
  long: { kind: "int64" },
  float: { kind: "float32" },
  double: { kind: "float64" },
  decimal: { kind: "decimal", precision: 10, scale: 0 },
  string: { kind: "utf8" },
  binary: { kind: "binary" },
  boolean: { kind: "bool" },
  date: { kind: "date" },
  timestamp: { kind: "timestamp", unit: "us", utc: true },
  timestamp_ntz: { kind: "timestamp", unit: "us", utc: false },
  // Every value is null: any type does.
  void: { kind: "utf8" },
  variant: {
    kind: "struct",
    fields: {
      value: { type: { kind: "binary" }, nullable: true },
      metadata: { type: { kind: "binary" }, nullable: true },
    },
  },
};

function fromDeltaType(type: DeltaType, path: string): LogicalType {
  if (typeof type === "string") {
    const decimal = /^decimal\(\s*(\d+)\s*,\s*(\d+)\s*\)$/.exec(type);
    if (decimal) {
      return { kind: "decimal", precision: Number(decimal[1]), scale: Number(decimal[2]) };
    }
    const known = Object.hasOwn(PRIMITIVES, type) ? PRIMITIVES[type] : undefined;
    if (known) return known;
    throw new LakeError(
      "LAKE_UNSUPPORTED_FEATURE",
      `Column "${path}" has the Delta type ${type}, which this package does not read.`,
      {
        hint: "Read the table with the engine that wrote it.",
        details: { column: path, features: [type] },
      },
    );
  }
  switch (type.type) {
    case "array":
      return {
        kind: "list",
        item: { type: fromDeltaType(type.elementType, `${path}[]`), nullable: type.containsNull },
      };
    case "map":
      return {
        kind: "map",
        key: { type: fromDeltaType(type.keyType, `${path}.key`), nullable: false },
        value: {
          type: fromDeltaType(type.valueType, `${path}.value`),
          nullable: type.valueContainsNull,
        },
      };
    case "struct":
      return {
        kind: "struct",
        fields: Object.fromEntries(
          type.fields.map((field) => [field.name, columnOfField(field, `${path}.${field.name}`)]),
        ),
      };
  }
}

/** The type this package wrote, as long as the type in the log is still the one it is stored as. */
function rememberedType(field: DeltaField): LogicalType | undefined {
  const text = field.metadata[TYPE];
  if (typeof text !== "string") return undefined;
  try {
    const type = JSON.parse(text) as LogicalType;
    const stored = JSON.stringify(bareType(toDeltaType(type)));
    return stored === JSON.stringify(bareType(field.type)) ? type : undefined;
  } catch {
    return undefined;
  }
}

/** A type without the metadata of its fields. */
function bareType(type: DeltaType): unknown {
  if (typeof type === "string") return type;
  switch (type.type) {
    case "array":
      return { ...type, elementType: bareType(type.elementType) };
    case "map":
      return { ...type, keyType: bareType(type.keyType), valueType: bareType(type.valueType) };
    case "struct":
      return {
        type: "struct",
        fields: type.fields.map((field) => [field.name, field.nullable, bareType(field.type)]),
      };
  }
}
