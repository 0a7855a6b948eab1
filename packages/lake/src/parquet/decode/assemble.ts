import { toArrowType } from "@lakewright/core";
import { type Data, makeData } from "apache-arrow";
import { Malformed } from "../format/malformed.ts";
import { leavesOf, type ReadNode, type ReadRepeated } from "../schema/read-tree.ts";
import type { DecodedChunk } from "./column-chunk.ts";
import { arrowData, leafData } from "./leaf-data.ts";
import { listOffsets, placesOf } from "./places.ts";

/** The Arrow data of a column, from the chunks of its leaves by their index. */
export function assemble(node: ReadNode, chunks: ReadonlyMap<number, DecodedChunk>): Data {
  // Every leaf below says the same of the levels above it.
  const { levels, values } = chunks.get(leavesOf(node)[0]!.index)!;
  const places = placesOf(node, levels);
  if (node.kind === "leaf") return leafData(node, values, places);
  const children = node.children.map((child) => assemble(child, chunks));
  if (node.kind === "struct") {
    for (const child of children) checkLength(node, child, places.length);
    return arrowData(node, places, { children });
  }
  const valueOffsets = listOffsets(node, levels, places.length);
  const elements = valueOffsets[places.length]!;
  for (const child of children) checkLength(node, child, elements);
  const child = node.kind === "list" ? children[0]! : entriesOf(node, children, elements);
  return arrowData(node, places, { valueOffsets, child });
}

/** The keys and values of a map as the struct that Arrow keeps them in. */
function entriesOf(node: ReadRepeated, children: readonly Data[], length: number): Data {
  if (children[0]!.nullCount > 0) throw new Malformed(`a key of the map "${node.name}" is null.`);
  const { type } = toArrowType(node.column.type).children[0]!;
  const entries = { type, length, nullCount: 0, children };
  return makeData(entries as never) as Data;
}

function checkLength(node: ReadNode, child: Data, length: number): void {
  if (child.length !== length)
    throw new Malformed(`parts of "${node.name}" have ${child.length} and ${length} values.`);
}
