import type { Data } from "apache-arrow";
import type { WriteLeaf, WriteNode, WriteRepeated, WriteStruct } from "../schema/write-tree.ts";
import { nullInRequired } from "./errors.ts";
import { hasNulls, type Part, type Placed } from "./levels.ts";

/**
 * Slots on the way down to the leaves. A slot with an index goes on at that index of the node's data; one without (-1)
 * has ended above, at its definition level.
 */
interface Slots {
  readonly count: number;
  readonly index: Int32Array;
  readonly definition: Uint8Array;
  readonly repetition: Uint8Array | undefined;
}

/**
 * Takes nested columns apart into their leaves: the values, and the levels that say where they belong.
 * Source: Melnik et al., "Dremel: Interactive Analysis of Web-Scale Datasets", 2010, section 4.
 */
export function shredColumn(root: WriteNode, slices: readonly Part[]): Map<WriteLeaf, Placed> {
  const found = new Map<WriteLeaf, Found[]>();
  for (const { data, from, to } of slices) {
    const index = new Int32Array(to - from);
    for (let i = from; i < to; i++) index[i - from] = i;
    const slots: Slots = {
      count: to - from,
      index,
      definition: new Uint8Array(to - from),
      repetition: undefined,
    };
    descend(root, data, slots, found);
  }
  return new Map([...found].map(([leaf, pieces]) => [leaf, joined(pieces)]));
}

interface Found {
  readonly part: Part;
  readonly definition: Uint8Array;
  readonly repetition: Uint8Array | undefined;
}

function descend(node: WriteNode, data: Data, slots: Slots, found: Map<WriteLeaf, Found[]>): void {
  switch (node.kind) {
    case "leaf":
      return takeLeaf(node, data, slots, found);
    case "struct": {
      const live = enter(node, data, slots);
      node.children.forEach((child, k) => descend(child, data.children[k]!, live, found));
      return;
    }
    case "list":
    case "map": {
      const elements = expand(node, data, enter(node, data, slots));
      const child = data.children[0]!;
      if (node.kind === "list") return descend(node.children[0]!, child, elements, found);
      node.children.forEach((part, k) => descend(part, child.children[k]!, elements, found));
    }
  }
}

/** The slots after a nullable node: a null ends its slot, what is there goes one level up. */
function enter(node: WriteStruct | WriteRepeated, data: Data, slots: Slots): Slots {
  if (!node.nullable) {
    refuseNulls(node, data, slots);
    return slots;
  }
  const { count } = slots;
  const index = slots.index.slice();
  const definition = slots.definition.slice();
  const bits = hasNulls(data, 0, data.length) ? data.nullBitmap : undefined;
  for (let s = 0; s < count; s++) {
    if (index[s]! < 0) continue;
    const at = data.offset + index[s]!;
    if (bits && !(bits[at >> 3]! & (1 << (at & 7)))) index[s] = -1;
    else definition[s] = node.definition;
  }
  return { ...slots, index, definition };
}

/** A slot for every element of the lists; an empty list keeps one slot, which ends there. */
function expand(node: WriteRepeated, data: Data, slots: Slots): Slots {
  const offsets = data.valueOffsets as Int32Array;
  let count = 0;
  for (let s = 0; s < slots.count; s++) {
    const i = slots.index[s]!;
    count += i < 0 ? 1 : Math.max(1, offsets[i + 1]! - offsets[i]!);
  }
  const index = new Int32Array(count);
  const definition = new Uint8Array(count);
  const repetition = new Uint8Array(count);
  let out = 0;
  for (let s = 0; s < slots.count; s++) {
    const i = slots.index[s]!;
    const from = i < 0 ? 0 : offsets[i]!;
    const to = i < 0 ? 0 : offsets[i + 1]!;
    repetition[out] = slots.repetition ? slots.repetition[s]! : 0;
    if (from === to) {
      index[out] = -1;
      definition[out++] = slots.definition[s]!;
      continue;
    }
    for (let k = from; k < to; k++, out++) {
      index[out] = k;
      definition[out] = node.element;
      if (k > from) repetition[out] = node.repetition;
    }
  }
  return { count, index, definition, repetition };
}

function takeLeaf(leaf: WriteLeaf, data: Data, slots: Slots, found: Map<WriteLeaf, Found[]>): void {
  if (!leaf.nullable) refuseNulls(leaf, data, slots);
  const bits = leaf.nullable && hasNulls(data, 0, data.length) ? data.nullBitmap : undefined;
  const definition = leaf.nullable ? slots.definition.slice() : slots.definition;
  const indices = new Int32Array(slots.count);
  let count = 0;
  for (let s = 0; s < slots.count; s++) {
    const i = slots.index[s]!;
    if (i < 0) continue;
    const at = data.offset + i;
    if (bits && !(bits[at >> 3]! & (1 << (at & 7)))) continue;
    indices[count++] = i;
    definition[s] = leaf.definition;
  }
  const part = { data, from: 0, to: data.length, indices: indices.subarray(0, count), count };
  const pieces = found.get(leaf) ?? [];
  pieces.push({ part, definition, repetition: slots.repetition });
  found.set(leaf, pieces);
}

/** A null where the schema has no room for one would shift every later value. Nulls under a null parent do not count. */
function refuseNulls(node: WriteNode, data: Data, slots: Slots): void {
  if (!hasNulls(data, 0, data.length)) return;
  for (let s = 0; s < slots.count; s++) {
    const i = slots.index[s]!;
    const at = data.offset + i;
    if (i >= 0 && !(data.nullBitmap[at >> 3]! & (1 << (at & 7)))) throw nullInRequired(node.name);
  }
}

function joined(pieces: readonly Found[]): Placed {
  const definition = concat(pieces.map((piece) => piece.definition));
  const repetition = pieces[0]!.repetition && concat(pieces.map((piece) => piece.repetition!));
  const parts = pieces.map((piece) => piece.part);
  const values = parts.reduce((sum, part) => sum + part.count, 0);
  return { levels: { slots: definition.length, values, definition, repetition }, parts };
}

function concat(arrays: readonly Uint8Array[]): Uint8Array {
  if (arrays.length === 1) return arrays[0]!;
  const all = new Uint8Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}
