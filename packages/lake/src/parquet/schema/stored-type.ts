import type { IntegerKind, LogicalType } from "@lakewright/core";
import { Converted, Physical } from "../format/constants.ts";
import type { LogicalAnnotation, SchemaElement } from "../format/footer.ts";

/** What a leaf of a file holds, as far as a table column can. */
export interface StoredType {
  readonly type: LogicalType;
  /** Nanoseconds or INT96: read as microseconds where nothing is lost. */
  readonly nanoseconds?: boolean | undefined;
  readonly float16?: boolean | undefined;
  /** A timestamp that is not annotated as an instant in the new way. */
  readonly naive?: boolean | undefined;
  /** Why values are not read: "a time of day, which no table column holds". `type` is then how they are stored. */
  readonly problem?: string | undefined;
}

const plainTypes: Readonly<Record<number, LogicalType>> = {
  [Physical.BOOLEAN]: { kind: "bool" },
  [Physical.INT32]: { kind: "int32" },
  [Physical.INT64]: { kind: "int64" },
  [Physical.INT96]: { kind: "timestamp", unit: "us", utc: true },
  [Physical.FLOAT]: { kind: "float32" },
  [Physical.DOUBLE]: { kind: "float64" },
  [Physical.BYTE_ARRAY]: { kind: "binary" },
  [Physical.FIXED]: { kind: "binary" },
};

/** The type of a leaf, from its annotation of the new kind or else of the old one. Source: LogicalTypes.md. */
export function storedTypeOf(element: SchemaElement): StoredType {
  const physical = element.type!;
  const plain = plainTypes[physical];
  if (!plain) return { type: { kind: "binary" }, problem: `of the unknown storage ${physical}` };
  if (physical === Physical.INT96) return { type: plain, nanoseconds: true, naive: true };
  const annotation = element.logical ?? convertedAnnotation(element);
  if (!annotation) {
    return element.converted === Converted.INTERVAL
      ? { type: plain, problem: "an interval, which no table column holds" }
      : { type: plain };
  }
  const stored = annotated(annotation, physical, element.typeLength) ?? { type: plain };
  if (stored.type.kind !== "timestamp" || (element.logical && stored.type.utc)) return stored;
  return { ...stored, naive: true };
}

/** Undefined where the annotation does not go with how the values are stored: it then says nothing. */
function annotated(
  annotation: LogicalAnnotation,
  physical: number,
  width: number | undefined,
): StoredType | undefined {
  const isBytes = physical === Physical.BYTE_ARRAY;
  switch (annotation.kind) {
    case "string":
    case "enum":
    case "json":
      return isBytes ? { type: { kind: "utf8" } } : undefined;
    case "date":
      return physical === Physical.INT32 ? { type: { kind: "date" } } : undefined;
    case "integer": {
      const { bitWidth, signed } = annotation;
      const fits = bitWidth === 64 ? physical === Physical.INT64 : physical === Physical.INT32;
      if (!fits || ![8, 16, 32, 64].includes(bitWidth)) return undefined;
      return { type: { kind: `${signed ? "int" : "uint"}${bitWidth}` as IntegerKind } };
    }
    case "decimal":
      return decimalType(annotation.precision, annotation.scale, physical);
    case "timestamp": {
      if (physical !== Physical.INT64) return undefined;
      const { utc, unit } = annotation;
      const nanoseconds = unit === "ns";
      return { type: { kind: "timestamp", unit: unit === "ms" ? "ms" : "us", utc }, nanoseconds };
    }
    case "time": {
      const type = plainTypes[physical]!;
      return { type, problem: "a time of day, which no table column holds" };
    }
    case "float16":
      return physical === Physical.FIXED && width === 2
        ? { type: { kind: "float32" }, float16: true }
        : undefined;
    default:
      return undefined;
  }
}

function decimalType(precision: number, scale: number, physical: number): StoredType | undefined {
  const storages: number[] = [Physical.INT32, Physical.INT64, Physical.BYTE_ARRAY, Physical.FIXED];
  if (!storages.includes(physical)) return undefined;
  if (precision < 1 || precision > 38 || scale < 0 || scale > precision) {
    return {
      type: plainTypes[physical]!,
      problem: `decimal(${precision}, ${scale}), which no table column holds`,
    };
  }
  return { type: { kind: "decimal", precision, scale } };
}

function convertedAnnotation(element: SchemaElement): LogicalAnnotation | undefined {
  switch (element.converted) {
    case Converted.UTF8:
      return { kind: "string" };
    case Converted.ENUM:
      return { kind: "enum" };
    case Converted.JSON:
      return { kind: "json" };
    case Converted.DATE:
      return { kind: "date" };
    case Converted.DECIMAL:
      return { kind: "decimal", precision: element.precision ?? 0, scale: element.scale ?? 0 };
    case Converted.TIME_MILLIS:
      return { kind: "time", unit: "ms", utc: true };
    case Converted.TIME_MICROS:
      return { kind: "time", unit: "us", utc: true };
    case Converted.TIMESTAMP_MILLIS:
      return { kind: "timestamp", unit: "ms", utc: true };
    case Converted.TIMESTAMP_MICROS:
      return { kind: "timestamp", unit: "us", utc: true };
    case Converted.UINT_8:
    case Converted.UINT_16:
    case Converted.UINT_32:
    case Converted.UINT_64:
      return integer(element.converted - Converted.UINT_8, false);
    case Converted.INT_8:
    case Converted.INT_16:
    case Converted.INT_32:
    case Converted.INT_64:
      return integer(element.converted - Converted.INT_8, true);
    default:
      return undefined;
  }
}

function integer(power: number, signed: boolean): LogicalAnnotation {
  return { kind: "integer", bitWidth: 8 << power, signed };
}
