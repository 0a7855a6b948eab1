import { type Column, type Field, type Table, tableFromFields } from "@lakewright/core";
import { Repetition } from "../format/constants.ts";
import type { SchemaElement } from "../format/footer.ts";
import { Malformed, unsupported } from "../format/malformed.ts";
import { type ElementNode, elementTree, isList, isMap, listElement } from "./element-tree.ts";
import { type StoredType, storedTypeOf } from "./stored-type.ts";

/** A column as the reader sees it, with the levels at which its values stand. See {@link WriteNode}. */
export type ReadNode = ReadLeaf | ReadStruct | ReadRepeated;

interface ReadLevel {
  /** As it is in batches: `tags.element`. */
  readonly name: string;
  readonly column: Column;
  /** Definition level of a value that is there; one less is a null where the column is nullable. */
  readonly definition: number;
  /** Definition level from which on there is a place for a value: an item of the list around it, or 0. */
  readonly place: number;
  /** Repetition level of the innermost list around it, or 0. */
  readonly context: number;
}

export interface ReadLeaf extends ReadLevel {
  readonly kind: "leaf";
  /** Which column chunk of a row group. */
  readonly index: number;
  readonly physical: number;
  readonly typeLength: number;
  readonly stored: StoredType;
  /** As statistics name it: `["tags", "element"]`. */
  readonly path: readonly string[];
  /** As the file names it: `["tags", "list", "element"]`. */
  readonly schemaPath: readonly string[];
}

export interface ReadStruct extends ReadLevel {
  readonly kind: "struct";
  readonly children: readonly ReadNode[];
}

export interface ReadRepeated extends ReadLevel {
  readonly kind: "list" | "map";
  /** Definition level where an element is there. */
  readonly element: number;
  /** Repetition level of the second and later elements. */
  readonly repetition: number;
  readonly children: readonly ReadNode[];
}

export interface ReadSchema {
  readonly table: Table;
  readonly columns: readonly ReadNode[];
  readonly leaves: readonly ReadLeaf[];
  readonly fieldIds: ReadonlyMap<string, number>;
}

/**
 * The columns of a file.
 *
 * @throws LakeError LAKE_UNSUPPORTED_PARQUET where their names make no table.
 */
export function readSchemaOf(elements: readonly SchemaElement[]): ReadSchema {
  const root = elementTree(elements);
  const builder = new TreeBuilder();
  const columns = root.children.map((child) => builder.add(child, child.element.name, rootPlace));
  const fields = root.children.map(({ element }, k): Field => ({
    name: element.name,
    column: columns[k]!.column,
  }));
  try {
    const table = tableFromFields(root.element.name || "schema", fields);
    return { table, columns, leaves: builder.leaves, fieldIds: builder.fieldIds };
  } catch (cause) {
    throw unsupported(
      `The columns of the Parquet file make no table: ${(cause as Error).message}`,
      "Write the file anew with other column names.",
    );
  }
}

/** Leaves of a column, in the order of the file. */
export function leavesOf(node: ReadNode): ReadLeaf[] {
  return node.kind === "leaf" ? [node] : node.children.flatMap(leavesOf);
}

interface Place {
  readonly path: readonly string[];
  readonly schemaPath: readonly string[];
  readonly definition: number;
  readonly place: number;
  readonly context: number;
}

const rootPlace: Place = { path: [], schemaPath: [], definition: 0, place: 0, context: 0 };

class TreeBuilder {
  readonly leaves: ReadLeaf[] = [];
  readonly fieldIds: Map<string, number> = new Map();

  /** The node of an element under a name of its own, which for parts of lists and maps is not the file's. */
  add(node: ElementNode, name: string, parent: Place): ReadNode {
    const { element } = node;
    const path = [...parent.path, name];
    this.noteId(path, element);
    const schemaPath = [...parent.schemaPath, element.name];
    if (element.repetition !== Repetition.REPEATED) {
      const nullable = element.repetition === Repetition.OPTIONAL;
      const definition = parent.definition + (nullable ? 1 : 0);
      return this.addValue(node, { ...parent, path, schemaPath, definition }, nullable);
    }
    // A repeated field on its own is a list without nulls. Source: LogicalTypes.md, "Lists".
    const inner = within({ ...parent, path: [...path, "element"], schemaPath });
    const child = this.addValue(node, inner, false);
    return repeated("list", { ...parent, path }, false, inner, [child]);
  }

  /** The node of an element whose own repetition is counted in `at`. */
  private addValue(node: ElementNode, at: Place, nullable: boolean): ReadNode {
    const { element, children } = node;
    if (element.type !== undefined) return this.addLeaf(element, at, nullable);
    if (isList(node)) return this.addList(node, at, nullable);
    if (isMap(node)) return this.addMap(node, at, nullable);
    const names = children.map((child) => child.element.name);
    if (new Set(names).size < names.length || names.length === 0) {
      throw unsupported(
        `Column "${at.path.join(".")}" of the Parquet file is a group with the fields "${names.join('", "')}".`,
        "Write the file anew with at least one field a group, and each name once.",
      );
    }
    const nodes = children.map((child) => this.add(child, child.element.name, at));
    const fields = Object.fromEntries(names.map((name, k) => [name, nodes[k]!.column]));
    // An object sorts names like "2" and "1", and the type is made of one.
    const inOrder = Object.keys(fields).map((name) => nodes[names.indexOf(name)]!);
    const column: Column = { type: { kind: "struct", fields }, nullable };
    return { kind: "struct", ...levelOf(at), column, children: inOrder };
  }

  private addLeaf(element: SchemaElement, at: Place, nullable: boolean): ReadLeaf {
    const { path, schemaPath } = at;
    if (at.definition > 255)
      throw new Malformed(`column "${path.join(".")}" is nested ${at.definition} levels deep.`);
    const stored = storedTypeOf(element);
    const leaf: ReadLeaf = {
      kind: "leaf",
      ...levelOf(at),
      column: { type: stored.type, nullable },
      index: this.leaves.length,
      physical: element.type!,
      typeLength: element.typeLength ?? 0,
      stored,
      path,
      schemaPath,
    };
    this.leaves.push(leaf);
    return leaf;
  }

  private addList(node: ElementNode, at: Place, nullable: boolean): ReadRepeated {
    const [middle] = node.children;
    const element = listElement(node);
    const inner = within({ ...at, schemaPath: [...at.schemaPath, middle!.element.name] });
    let child: ReadNode;
    if (element === middle) {
      // Two levels, as older writers made them: the repeated field is the element itself.
      const path = [...at.path, "element"];
      this.noteId(path, element!.element);
      child = this.addValue(middle!, { ...inner, path }, false);
    } else {
      child = this.add(element!, "element", inner);
    }
    return repeated("list", at, nullable, inner, [child]);
  }

  private addMap(node: ElementNode, at: Place, nullable: boolean): ReadRepeated {
    const [middle] = node.children;
    const inner = within({ ...at, schemaPath: [...at.schemaPath, middle!.element.name] });
    const [key, value] = middle!.children;
    return repeated("map", at, nullable, inner, [
      this.add(key!, "key", inner),
      this.add(value!, "value", inner),
    ]);
  }

  private noteId(path: readonly string[], element: SchemaElement): void {
    if (element.fieldId !== undefined) this.fieldIds.set(path.join("."), element.fieldId);
  }
}

function within(at: Place): Place {
  const definition = at.definition + 1;
  return { ...at, definition, place: definition, context: at.context + 1 };
}

function repeated(
  kind: "list" | "map",
  at: Place,
  nullable: boolean,
  inner: Place,
  children: readonly ReadNode[],
): ReadRepeated {
  const [first, second] = children;
  const column: Column =
    kind === "list"
      ? { type: { kind, item: first!.column }, nullable }
      : {
          type: { kind, key: { ...first!.column, nullable: false }, value: second!.column },
          nullable,
        };
  const { definition: element, context: repetition } = inner;
  return { kind, ...levelOf(at), column, element, repetition, children };
}

function levelOf(at: Place): Omit<ReadLevel, "column"> {
  const { path, definition, place, context } = at;
  return { name: path.join("."), definition, place, context };
}
