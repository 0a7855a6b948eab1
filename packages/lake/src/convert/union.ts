import { type Column, describeType, type LogicalType, sameType } from "@lakewright/core";
import { storageColumn } from "../delta/schema/schema.ts";

const INTEGERS: readonly LogicalType["kind"][] = ["int8", "int16", "int32", "int64"];

/** A type that holds the values of both, and that files of both can be read as; undefined where there is none. */
function unionType(a: LogicalType, b: LogicalType): LogicalType | undefined {
  if (sameType(a, b)) return a;
  const [left, right] = [INTEGERS.indexOf(a.kind), INTEGERS.indexOf(b.kind)];
  if (left >= 0 && right >= 0) return left > right ? a : b;
  const kinds = new Set([a.kind, b.kind]);
  if (kinds.has("float64")) {
    const other = a.kind === "float64" ? b.kind : a.kind;
    const fits = other === "float32" || ["int8", "int16", "int32"].includes(other);
    return fits ? { kind: "float64" } : undefined;
  }
  if (a.kind === "decimal" && b.kind === "decimal" && a.scale === b.scale) {
    return a.precision > b.precision ? a : b;
  }
  if (a.kind === "struct" && b.kind === "struct") return unionStruct(a, b);
  return undefined;
}

type Struct = Extract<LogicalType, { readonly kind: "struct" }>;

function unionStruct(a: Struct, b: Struct): LogicalType | undefined {
  const fields = unionColumns(Object.entries(a.fields), Object.entries(b.fields));
  return typeof fields === "string"
    ? undefined
    : { kind: "struct", fields: Object.fromEntries(fields) };
}

/**
 * The columns of two files together, in the types Delta stores; names are the same whatever their case. A column that
 * one of them lacks is nullable. A text says which columns do not go together.
 */
export function unionColumns(
  a: readonly (readonly [string, Column])[],
  b: readonly (readonly [string, Column])[],
): readonly (readonly [string, Column])[] | string {
  const others = new Map(b.map(([name, column]) => [name.toLowerCase(), column]));
  const result: [string, Column][] = [];
  for (const [name, column] of a) {
    const other = others.get(name.toLowerCase());
    others.delete(name.toLowerCase());
    const type = other ? unionType(column.type, storageColumn(other).type) : column.type;
    if (!type) {
      return `"${name}" is ${describeType(other!.type)}, and ${describeType(column.type)} elsewhere`;
    }
    result.push([name, { type, nullable: column.nullable || (other?.nullable ?? true) }]);
  }
  for (const [name, column] of b) {
    if (!others.has(name.toLowerCase())) continue;
    result.push([name, { ...storageColumn(column), nullable: true }]);
  }
  return result;
}
