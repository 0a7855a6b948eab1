import type { Column } from "../../types/column.ts";
import { gatherOf } from "../gather.ts";
import { toArrowType } from "../schema.ts";
import { BoolEncoder } from "./bool.ts";
import { DecimalEncoder } from "./decimals.ts";
import { DictionaryEncoder, OneOfEncoder } from "./dictionary.ts";
import type { Encoder } from "./encoder.ts";
import { ListEncoder, MapEncoder, StructEncoder } from "./nested.ts";
import { BigintEncoder, NumberEncoder } from "./numbers.ts";
import { BinaryEncoder, Utf8Encoder } from "./text.ts";
import { DateEncoder, TimestampEncoder } from "./times.ts";

export interface EncoderOptions {
  /** Text columns with repeated values as Arrow dictionaries. */
  readonly dictionaries: boolean;
  /** Generate code for property access where the runtime lets it. */
  readonly compile: boolean;
}

/** The encoder of a column. */
export function encoderOf(column: Column, options: EncoderOptions): Encoder {
  const { type, nullable } = column;
  switch (type.kind) {
    case "int64":
    case "uint64":
      return new BigintEncoder(type.kind, toArrowType(type), nullable);
    case "int8":
    case "int16":
    case "int32":
    case "uint8":
    case "uint16":
    case "uint32":
    case "float32":
    case "float64":
      return new NumberEncoder(type.kind, toArrowType(type), nullable);
    case "decimal":
      return new DecimalEncoder(type.precision, type.scale, toArrowType(type), nullable);
    case "utf8":
      return options.dictionaries ? new DictionaryEncoder(nullable) : new Utf8Encoder(nullable);
    case "oneOf":
      return new OneOfEncoder(type.values, nullable, options.dictionaries);
    case "binary":
      return new BinaryEncoder(nullable);
    case "bool":
      return new BoolEncoder(nullable);
    case "date":
      return new DateEncoder(toArrowType(type), nullable);
    case "timestamp":
      return new TimestampEncoder(type.unit, type.utc, toArrowType(type), nullable);
    case "list":
      return new ListEncoder(toArrowType(type), nullable, nestedEncoder(type.item, options));
    case "struct": {
      const children = Object.entries(type.fields).map(([name, field]) => ({
        name,
        nullable: field.nullable,
        encoder: nestedEncoder({ ...field, nullable: true }, options),
      }));
      const gather = gatherOf(Object.keys(type.fields), options.compile);
      return new StructEncoder(toArrowType(type), nullable, children, gather);
    }
    case "map":
      return new MapEncoder(
        toArrowType(type),
        nullable,
        nestedEncoder(type.key, options),
        nestedEncoder(type.value, options),
      );
  }
}

/** Nested columns stay plain: the Arrow type of the parent names the types of its children. */
function nestedEncoder(column: Column, options: EncoderOptions): Encoder {
  return encoderOf(column, { ...options, dictionaries: false });
}
