import type { Column, Table } from "@lakewright/core";
import { Converted, Repetition } from "../format/constants.ts";
import type { SchemaElement } from "../format/footer.ts";
import { type LeafType, leafTypeOf } from "./leaf-type.ts";

/**
 * A column as the writer sees it. Levels are Dremel's: a definition level says how much of the path to a value is there,
 * a repetition level which list on the path goes on. Source: parquet-format, README, "Nested Encoding".
 */
export type WriteNode = WriteLeaf | WriteStruct | WriteRepeated;

interface Level {
  readonly nullable: boolean;
  /** Definition level of a value that is there. */
  readonly definition: number;
  /** For messages: "address.city". */
  readonly name: string;
}

export interface WriteLeaf extends Level {
  readonly kind: "leaf";
  readonly column: Column;
  readonly type: LeafType;
  /** As statistics name it: `["tags", "element"]`. */
  readonly path: readonly string[];
  /** As the file names it: `["tags", "list", "element"]`. */
  readonly schemaPath: readonly string[];
  /** Repetition level of a value that goes on the innermost list; 0 where there is no list on the path. */
  readonly repetition: number;
}

export interface WriteStruct extends Level {
  readonly kind: "struct";
  readonly children: readonly WriteNode[];
}

/** A list, or a map as a list of entries. */
export interface WriteRepeated extends Level {
  readonly kind: "list" | "map";
  /** Definition level where an element is there; one less is an empty list. */
  readonly element: number;
  /** Repetition level of the second and later elements. */
  readonly repetition: number;
  /** The item of a list, or key and value of a map. */
  readonly children: readonly WriteNode[];
}

export interface WriteSchema {
  readonly columns: readonly WriteNode[];
  readonly leaves: readonly WriteLeaf[];
  readonly elements: readonly SchemaElement[];
}

/** The Parquet schema of a table: structs as groups, lists in three levels, maps as key_value. */
export function writeSchemaOf(
  table: Table,
  fieldIds: ReadonlyMap<string, number> | undefined,
): WriteSchema {
  const builder = new SchemaBuilder(fieldIds ?? new Map());
  builder.elements.push({ name: "schema", children: table.fields.length });
  const root: Place = { path: [], schemaPath: [], definition: 0, repetition: 0 };
  const columns = table.fields.map(({ name, column }) => builder.add(name, name, column, root));
  return { columns, leaves: builder.leaves, elements: builder.elements };
}

/** Where a node hangs: the paths and levels of its parent. */
interface Place {
  readonly path: readonly string[];
  readonly schemaPath: readonly string[];
  readonly definition: number;
  readonly repetition: number;
}

class SchemaBuilder {
  readonly elements: SchemaElement[] = [];
  readonly leaves: WriteLeaf[] = [];
  private readonly fieldIds: ReadonlyMap<string, number>;

  constructor(fieldIds: ReadonlyMap<string, number>) {
    this.fieldIds = fieldIds;
  }

  add(name: string, schemaName: string, column: Column, parent: Place): WriteNode {
    const { type, nullable } = column;
    const place: Place = {
      path: [...parent.path, name],
      schemaPath: [...parent.schemaPath, schemaName],
      definition: parent.definition + (nullable ? 1 : 0),
      repetition: parent.repetition,
    };
    const element = {
      name: schemaName,
      repetition: nullable ? Repetition.OPTIONAL : Repetition.REQUIRED,
      fieldId: this.fieldIds.get(place.path.join(".")),
    };
    const level = { nullable, definition: place.definition, name: place.path.join(".") };
    switch (type.kind) {
      case "struct": {
        const fields = Object.entries(type.fields);
        this.elements.push({ ...element, children: fields.length });
        const children = fields.map(([child, field]) => this.add(child, child, field, place));
        return { kind: "struct", ...level, children };
      }
      case "list": {
        this.elements.push({
          ...element,
          children: 1,
          converted: Converted.LIST,
          logical: { kind: "list" },
        });
        const inner = this.repeated("list", 1, place);
        const children = [this.add("element", "element", type.item, inner)];
        return { kind: "list", ...level, ...levelsOf(inner), children };
      }
      case "map": {
        this.elements.push({
          ...element,
          children: 1,
          converted: Converted.MAP,
          logical: { kind: "map" },
        });
        const inner = this.repeated("key_value", 2, place);
        const children = [
          this.add("key", "key", type.key, inner),
          this.add("value", "value", type.value, inner),
        ];
        return { kind: "map", ...level, ...levelsOf(inner), children };
      }
      default: {
        const leafType = leafTypeOf(type);
        this.elements.push({ ...element, ...leafType });
        const leaf: WriteLeaf = {
          kind: "leaf",
          ...level,
          column,
          type: leafType,
          path: place.path,
          schemaPath: place.schemaPath,
          repetition: place.repetition,
        };
        this.leaves.push(leaf);
        return leaf;
      }
    }
  }

  private repeated(name: string, children: number, place: Place): Place {
    this.elements.push({ name, repetition: Repetition.REPEATED, children });
    return {
      path: place.path,
      schemaPath: [...place.schemaPath, name],
      definition: place.definition + 1,
      repetition: place.repetition + 1,
    };
  }
}

function levelsOf(inner: Place): { readonly element: number; readonly repetition: number } {
  return { element: inner.definition, repetition: inner.repetition };
}
