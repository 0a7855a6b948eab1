import { showValue } from "@lakewright/core";
import { LakeError } from "../../errors.ts";
import type { ReadNode, ReadStruct } from "./read-tree.ts";

/**
 * Columns by name, in the order named. A name of a struct and a field, joined by a dot, is the struct with the fields
 * named, in the order of the file; a column whose own name has dots goes before.
 *
 * @throws LakeError LAKE_INVALID_OPTION for a name that is none, saying which there are.
 */
export function chosenColumns(
  columns: readonly ReadNode[],
  names: readonly string[],
  file: string,
): readonly ReadNode[] {
  const all = new Map(columns.map((node) => [node.name, node]));
  /** By column: undefined where the whole of it is wanted. */
  const chosen = new Map<ReadNode, Set<string> | undefined>();
  for (const name of names) {
    const whole = all.get(name);
    if (whole) {
      chosen.set(whole, undefined);
      continue;
    }
    const [column, field] = splitOf(name);
    const struct = all.get(column);
    if (struct?.kind !== "struct" || !fieldsOf(struct).includes(field)) {
      throw unknown(name, struct?.kind === "struct" ? struct.children : columns, file);
    }
    if (!chosen.has(struct)) chosen.set(struct, new Set());
    chosen.get(struct)?.add(field);
  }
  return Array.from(chosen, ([node, fields]) =>
    fields ? narrowed(node as ReadStruct, fields) : node,
  );
}

function narrowed(node: ReadStruct, wanted: ReadonlySet<string>): ReadStruct {
  const fields = fieldsOf(node);
  const children = node.children.filter((_, k) => wanted.has(fields[k]!));
  const names = fields.filter((name) => wanted.has(name));
  const columns = names.map((name, k) => [name, children[k]!.column]);
  const type = { kind: "struct", fields: Object.fromEntries(columns) } as const;
  return { ...node, children, column: { ...node.column, type } };
}

/** Names of the fields, as its children are. */
function fieldsOf({ column: { type } }: ReadStruct): readonly string[] {
  return type.kind === "struct" ? Object.keys(type.fields) : [];
}

function splitOf(name: unknown): [column: string, field: string] {
  const text = typeof name === "string" ? name : "";
  const dot = Math.max(0, text.indexOf("."));
  return [text.slice(0, dot), text.slice(dot + 1)];
}

function unknown(name: unknown, known: readonly ReadNode[], file: string): LakeError {
  return new LakeError("LAKE_INVALID_OPTION", `Column ${showValue(name)} is not in ${file}.`, {
    hint: `It has ${known.map((node) => node.name).join(", ")}.`,
  });
}
