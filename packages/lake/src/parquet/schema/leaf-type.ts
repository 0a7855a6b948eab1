import type { LogicalType } from "@lakewright/core";
import { Converted, Physical } from "../format/constants.ts";
import type { SchemaElement } from "../format/footer.ts";

/** How a scalar column is stored and annotated: the part of a schema element that its type decides. */
export interface LeafType extends Pick<
  SchemaElement,
  "typeLength" | "converted" | "scale" | "precision" | "logical"
> {
  readonly type: number;
}

/**
 * The Parquet type of a scalar. Where an annotation of the old kind (`converted_type`) says the same, both are written:
 * some readers know only one, and arrow-rs refuses decimals whose two annotations differ.
 * Source: parquet-format, LogicalTypes.md.
 */
export function leafTypeOf(type: LogicalType): LeafType {
  switch (type.kind) {
    case "bool":
      return { type: Physical.BOOLEAN };
    case "int32":
      return { type: Physical.INT32 };
    case "int64":
      return { type: Physical.INT64 };
    case "int8":
      return integer(Physical.INT32, 8, true, Converted.INT_8);
    case "int16":
      return integer(Physical.INT32, 16, true, Converted.INT_16);
    case "uint8":
      return integer(Physical.INT32, 8, false, Converted.UINT_8);
    case "uint16":
      return integer(Physical.INT32, 16, false, Converted.UINT_16);
    case "uint32":
      return integer(Physical.INT32, 32, false, Converted.UINT_32);
    case "uint64":
      return integer(Physical.INT64, 64, false, Converted.UINT_64);
    case "float32":
      return { type: Physical.FLOAT };
    case "float64":
      return { type: Physical.DOUBLE };
    case "utf8":
    case "oneOf":
      return {
        type: Physical.BYTE_ARRAY,
        converted: Converted.UTF8,
        logical: { kind: "string" },
      };
    case "binary":
      return { type: Physical.BYTE_ARRAY };
    case "date":
      return { type: Physical.INT32, converted: Converted.DATE, logical: { kind: "date" } };
    case "timestamp": {
      const old = type.unit === "ms" ? Converted.TIMESTAMP_MILLIS : Converted.TIMESTAMP_MICROS;
      return {
        type: Physical.INT64,
        // The old annotation means UTC, so a reading of a wall clock must not have it.
        converted: type.utc ? old : undefined,
        logical: { kind: "timestamp", utc: type.utc, unit: type.unit },
      };
    }
    case "decimal": {
      const { precision, scale } = type;
      return {
        ...decimalStorage(precision),
        converted: Converted.DECIMAL,
        scale,
        precision,
        logical: { kind: "decimal", scale, precision },
      };
    }
    case "list":
    case "struct":
    case "map":
      throw new TypeError(`A ${type.kind} is no leaf of a Parquet schema.`);
  }
}

/** Bytes that hold every decimal of a precision in two's complement. */
function decimalBytes(precision: number): number {
  return Math.ceil((Math.log2(10) * precision + 1) / 8);
}

function decimalStorage(precision: number): Pick<LeafType, "type" | "typeLength"> {
  if (precision <= 9) return { type: Physical.INT32 };
  if (precision <= 18) return { type: Physical.INT64 };
  return { type: Physical.FIXED, typeLength: decimalBytes(precision) };
}

function integer(type: number, bitWidth: number, signed: boolean, converted: number): LeafType {
  return { type, converted, logical: { kind: "integer", bitWidth, signed } };
}
