import type { LogicalType } from "@lakewright/core";
import type { StoredColumn } from "../../delta/schema/columns.ts";
import { duckdbType, quoteName, structType } from "./sql.ts";

/** The type a column is read as: fields by the names in files, instants without their zone where files do not say it. */
export function storedSqlType(stored: StoredColumn, naive: boolean): string {
  const { type } = stored.column;
  const [first, second] = stored.children;
  switch (type.kind) {
    case "struct":
      return structType(
        stored.children.map((child) => [child.physical, storedSqlType(child, naive)]),
      );
    case "list":
      return first ? `${storedSqlType(first, naive)}[]` : duckdbType(type);
    case "map":
      return first && second
        ? `MAP(${storedSqlType(first, naive)}, ${storedSqlType(second, naive)})`
        : duckdbType(type);
    default:
      return isInstant(type) && naive ? "TIMESTAMP" : duckdbType(type);
  }
}

/** A value so read as the table has it; the expression itself where that is the same. */
export function asInTable(
  expression: string,
  stored: StoredColumn,
  naive: boolean,
  depth = 0,
): string {
  const { type } = stored.column;
  const item = `item${depth}`;
  const inner = (from: string, child: StoredColumn): string =>
    asInTable(from, child, naive, depth + 1);
  if (!differs(stored, naive)) return expression;
  const [first, second] = stored.children;
  switch (type.kind) {
    case "struct": {
      const fields = stored.children.map((child) => {
        const from = `(${expression}).${quoteName(child.physical)}`;
        return `${quoteName(child.name)} := ${inner(from, child)}`;
      });
      return `CASE WHEN ${expression} IS NULL THEN NULL ELSE struct_pack(${fields.join(", ")}) END`;
    }
    case "list":
      return `list_transform(${expression}, lambda ${item}: ${inner(item, first!)})`;
    case "map": {
      const pair = `struct_pack(k := ${inner(`${item}.key`, first!)}, v := ${inner(`${item}.value`, second!)})`;
      return `map_from_entries(list_transform(map_entries(${expression}), lambda ${item}: ${pair}))`;
    }
    default:
      return `timezone('UTC', ${expression})`;
  }
}

/** Whether a column or a part of it is an instant. */
export function hasInstant(stored: StoredColumn): boolean {
  return isInstant(stored.column.type) || stored.children.some(hasInstant);
}

function differs(stored: StoredColumn, naive: boolean): boolean {
  if (naive && isInstant(stored.column.type)) return true;
  return stored.children.some(
    (child) =>
      (stored.column.type.kind === "struct" && child.name !== child.physical) ||
      differs(child, naive),
  );
}

function isInstant(type: LogicalType): boolean {
  return type.kind === "timestamp" && type.utc;
}
