import { type Column, type LogicalType, type Table, tableFromFields } from "@lakewright/core";
import type { MappingMode } from "./mapping-mode.ts";
import { columnOfField, storageType } from "./schema.ts";
import type { DeltaField, DeltaType } from "./schema-json.ts";

/** A column as users name it, with the name and id it has in data files. */
export interface StoredColumn {
  readonly name: string;
  /** The name in data files, statistics and partition values. */
  readonly physical: string;
  /** The Parquet field id, where columns are found by it. */
  readonly id: number | undefined;
  readonly column: Column;
  /** Set where the column has no type yet: it is null in every row and absent from data files. */
  readonly isVoid?: boolean | undefined;
  /** Fields of a struct; "element" of a list; "key" and "value" of a map. */
  readonly children: readonly StoredColumn[];
}

/** How the columns of a schema are stored ("Column Mapping" of PROTOCOL.md). */
export function storedColumns(
  fields: readonly DeltaField[],
  mode: MappingMode,
): readonly StoredColumn[] {
  return fields.map((field) => storedField(field, columnOfField(field, field.name), mode));
}

/** The table users see. */
export function tableOfColumns(name: string, columns: readonly StoredColumn[]): Table {
  return tableFromFields(
    name,
    columns.map(({ name, column }) => ({ name, column })),
  );
}

/** The table a data file holds: physical names, types as Delta stores them. */
export function fileTable(name: string, columns: readonly StoredColumn[]): Table {
  return tableFromFields(
    name,
    columns.map((stored) => ({ name: stored.physical, column: fileColumn(stored) })),
  );
}

/** Field ids by the path a data file has for the column. */
export function fieldIdsOf(columns: readonly StoredColumn[]): ReadonlyMap<string, number> {
  const ids = new Map<string, number>();
  const visit = (stored: StoredColumn, above: string): void => {
    const path = above === "" ? stored.physical : `${above}.${stored.physical}`;
    if (stored.id !== undefined) ids.set(path, stored.id);
    for (const child of stored.children) visit(child, path);
  };
  for (const stored of columns) visit(stored, "");
  return ids;
}

function storedField(field: DeltaField, column: Column, mode: MappingMode): StoredColumn {
  const physical = field.metadata["delta.columnMapping.physicalName"];
  const id = field.metadata["delta.columnMapping.id"];
  return {
    name: field.name,
    physical: mode !== "none" && typeof physical === "string" ? physical : field.name,
    id: mode !== "none" && typeof id === "number" ? id : undefined,
    column,
    ...(field.type === "void" ? { isVoid: true } : {}),
    children: childrenOf(field.type, column.type, mode),
  };
}

function childrenOf(
  delta: DeltaType,
  type: LogicalType,
  mode: MappingMode,
): readonly StoredColumn[] {
  const inner = (name: string, column: Column, child: DeltaType): StoredColumn => ({
    name,
    physical: name,
    id: undefined,
    column,
    children: childrenOf(child, column.type, mode),
  });
  if (type.kind === "list" && isNested(delta, "array")) {
    return [inner("element", type.item, delta.elementType)];
  }
  if (type.kind === "map" && isNested(delta, "map")) {
    return [inner("key", type.key, delta.keyType), inner("value", type.value, delta.valueType)];
  }
  if (type.kind !== "struct") return [];
  const fields = isNested(delta, "struct") ? delta.fields : [];
  return Object.entries(type.fields).map(([name, column]) => {
    const field = fields.find((other) => other.name === name);
    // A variant is a struct that the schema does not spell out.
    return field ? storedField(field, column, mode) : inner(name, column, "binary");
  });
}

function isNested<K extends "struct" | "array" | "map">(
  type: DeltaType,
  kind: K,
): type is Extract<DeltaType, { readonly type: K }> {
  return typeof type !== "string" && type.type === kind;
}

function fileColumn({ column, children }: StoredColumn): Column {
  const { type, nullable } = column;
  switch (type.kind) {
    case "struct":
      return {
        type: {
          kind: "struct",
          fields: Object.fromEntries(children.map((child) => [child.physical, fileColumn(child)])),
        },
        nullable,
      };
    case "list":
      return { type: { kind: "list", item: fileColumn(children[0]!) }, nullable };
    case "map":
      return {
        type: { kind: "map", key: fileColumn(children[0]!), value: fileColumn(children[1]!) },
        nullable,
      };
    default:
      return { type: storageType(type), nullable };
  }
}
