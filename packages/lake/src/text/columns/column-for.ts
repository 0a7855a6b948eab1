import type { Column } from "@lakewright/core";
import { BoolColumn } from "./bool-column.ts";
import type { ByteColumn } from "./byte-column.ts";
import { DecimalColumn } from "./decimal-column.ts";
import { ListColumn, MapColumn, StructColumn } from "./nested.ts";
import { FloatColumn, IntegerColumn, LongColumn } from "./numbers.ts";
import { BinaryColumn, DictionaryColumn, OneOfColumn, TextColumn } from "./text-column.ts";
import { DateColumn, type DatePattern, TimestampColumn } from "./times.ts";

export interface ColumnOptions {
  /** Text columns with repeated values as dictionaries. */
  readonly dictionaries: boolean;
  readonly numericTimestamps?: "s" | "ms" | "us" | undefined;
  readonly datePatterns?: readonly DatePattern[] | undefined;
  /** Whether a name in a nested object that is no field makes the value unfit. */
  readonly rejectUnknown?: boolean | undefined;
}

/** The column that is filled from bytes. */
export function columnFor(column: Column, options: ColumnOptions): ByteColumn {
  const { type } = column;
  const { dictionaries, datePatterns = [] } = options;
  // Nested columns stay plain: the Arrow type of the parent names the types of its children.
  const nested = { ...options, dictionaries: false };
  switch (type.kind) {
    case "int64":
    case "uint64":
      return new LongColumn(column, type.kind);
    case "float32":
    case "float64":
      return new FloatColumn(column, type.kind);
    case "decimal":
      return new DecimalColumn(column, type.precision, type.scale);
    case "utf8":
      return dictionaries ? new DictionaryColumn(column) : new TextColumn(column);
    case "oneOf":
      return new OneOfColumn(column, type.values, dictionaries);
    case "binary":
      return new BinaryColumn(column);
    case "bool":
      return new BoolColumn(column);
    case "date":
      return new DateColumn(column, datePatterns);
    case "timestamp":
      return new TimestampColumn(
        column,
        type.unit,
        type.utc,
        options.numericTimestamps,
        datePatterns,
      );
    case "list":
      return new ListColumn(column, columnFor(type.item, nested));
    case "struct": {
      const fields = Object.entries(type.fields);
      const children = fields.map(([, field]) => columnFor(field, nested));
      const names = fields.map(([name]) => name);
      return new StructColumn(column, names, children, options.rejectUnknown ?? false);
    }
    case "map":
      return new MapColumn(column, columnFor(type.key, nested), columnFor(type.value, nested));
    default:
      return new IntegerColumn(column, type.kind);
  }
}
