import { Converted, Repetition } from "../format/constants.ts";
import type { SchemaElement } from "../format/footer.ts";
import { Malformed } from "../format/malformed.ts";

export interface ElementNode {
  readonly element: SchemaElement;
  readonly children: readonly ElementNode[];
}

const DEEPEST = 100;

/** The tree that a file lists depth first. */
export function elementTree(elements: readonly SchemaElement[]): ElementNode {
  let at = 0;
  const take = (depth: number): ElementNode => {
    const element = elements[at++];
    if (!element) throw new Malformed("the schema has fewer elements than its groups count.");
    if (depth > DEEPEST) throw new Malformed(`the schema is more than ${DEEPEST} levels deep.`);
    const children: ElementNode[] = [];
    if (element.type === undefined) {
      for (let k = 0; k < (element.children ?? 0); k++) children.push(take(depth + 1));
    }
    return { element, children };
  };
  const root = take(0);
  if (at !== elements.length) throw new Malformed("the schema has elements outside of its root.");
  return root;
}

/** Whether a group is a list: one repeated field below it. */
export function isList(node: ElementNode): boolean {
  const { converted, logical } = node.element;
  return (logical?.kind === "list" || converted === Converted.LIST) && hasRepeatedChild(node);
}

/**
 * What the elements of a list are: the one field of the repeated group or, from older writers, the repeated field itself.
 * Source: parquet-format, LogicalTypes.md, "Lists", backward-compatibility rules.
 */
export function listElement(list: ElementNode): ElementNode {
  const middle = list.children[0]!;
  const only = middle.children.length === 1 ? middle.children[0]! : undefined;
  const { name } = middle.element;
  const isElement =
    !only ||
    only.element.repetition === Repetition.REPEATED ||
    name === "array" ||
    name === `${list.element.name}_tuple`;
  return isElement ? middle : only;
}

/** Whether a group is a map: a repeated group of key and value below it, whatever its annotation. */
export function isMap(node: ElementNode): boolean {
  const { converted, logical } = node.element;
  const isAnnotated =
    logical?.kind === "map" || converted === Converted.MAP || converted === Converted.MAP_KEY_VALUE;
  if (!isAnnotated || !hasRepeatedChild(node)) return false;
  const entries = node.children[0]!.children;
  return (
    entries.length === 2 &&
    entries.every(({ element }) => element.repetition !== Repetition.REPEATED)
  );
}

function hasRepeatedChild(node: ElementNode): boolean {
  return node.children.length === 1 && node.children[0]!.element.repetition === Repetition.REPEATED;
}
