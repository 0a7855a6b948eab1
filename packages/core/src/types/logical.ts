import type { Column, Columns } from "./column.ts";

export type SignedKind = "int8" | "int16" | "int32" | "int64";
export type UnsignedKind = "uint8" | "uint16" | "uint32" | "uint64";
export type IntegerKind = SignedKind | UnsignedKind;
export type FloatKind = "float32" | "float64";
export type TimestampUnit = "ms" | "us";

/** What a column holds, independent of any engine or file format. */
export type LogicalType =
  | { readonly kind: IntegerKind }
  | { readonly kind: FloatKind }
  | { readonly kind: "decimal"; readonly precision: number; readonly scale: number }
  | { readonly kind: "utf8" | "binary" | "bool" | "date" }
  /** An instant where `utc`, a reading of a wall clock where not. */
  | { readonly kind: "timestamp"; readonly unit: TimestampUnit; readonly utc: boolean }
  | { readonly kind: "oneOf"; readonly values: readonly string[] }
  | { readonly kind: "list"; readonly item: Column }
  | { readonly kind: "struct"; readonly fields: Columns }
  | { readonly kind: "map"; readonly key: Column; readonly value: Column };

export type LogicalKind = LogicalType["kind"];

/** Smallest and largest value of the integer kinds that fit a double exactly. */
export const integerRange: Readonly<
  Record<Exclude<IntegerKind, "int64" | "uint64">, readonly [number, number]>
> = {
  int8: [-128, 127],
  int16: [-32_768, 32_767],
  int32: [-2_147_483_648, 2_147_483_647],
  uint8: [0, 255],
  uint16: [0, 65_535],
  uint32: [0, 4_294_967_295],
};

/** Smallest and largest value of the 64-bit integer kinds. */
export const bigintRange: Readonly<Record<"int64" | "uint64", readonly [bigint, bigint]>> = {
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};

/** The type as people write it: `decimal(12, 2)`, `list(utf8)`. */
export function describeType(type: LogicalType): string {
  switch (type.kind) {
    case "decimal":
      return `decimal(${type.precision}, ${type.scale})`;
    case "timestamp":
      return `${type.utc ? "timestamp" : "naiveTimestamp"}(${type.unit})`;
    case "oneOf":
      return `oneOf(${type.values.join(", ")})`;
    case "list":
      return `list(${describeType(type.item.type)})`;
    case "struct":
      return `struct(${Object.entries(type.fields)
        .map(([name, field]) => `${name}: ${describeType(field.type)}`)
        .join(", ")})`;
    case "map":
      return `map(${describeType(type.key.type)}, ${describeType(type.value.type)})`;
    default:
      return type.kind;
  }
}

/** Whether two types hold the same values in the same way. */
export function sameType(a: LogicalType, b: LogicalType): boolean {
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case "decimal":
      return b.kind === "decimal" && a.precision === b.precision && a.scale === b.scale;
    case "timestamp":
      return b.kind === "timestamp" && a.unit === b.unit && a.utc === b.utc;
    case "oneOf":
      return (
        b.kind === "oneOf" &&
        a.values.length === b.values.length &&
        a.values.every((value, i) => value === b.values[i])
      );
    case "list":
      return b.kind === "list" && sameColumn(a.item, b.item);
    case "struct": {
      if (b.kind !== "struct") return false;
      const left = Object.entries(a.fields);
      const right = Object.entries(b.fields);
      return (
        left.length === right.length &&
        left.every(([name, field], i) => {
          const other = right[i];
          return other !== undefined && other[0] === name && sameColumn(field, other[1]);
        })
      );
    }
    case "map":
      return b.kind === "map" && sameColumn(a.key, b.key) && sameColumn(a.value, b.value);
    default:
      return true;
  }
}

function sameColumn(a: Column, b: Column): boolean {
  return a.nullable === b.nullable && sameType(a.type, b.type);
}
