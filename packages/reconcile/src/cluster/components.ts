import type { EdgeList } from "./edge-list.ts";

/** Groups of records that edges connect. */
export interface Components {
  /** Groups of two or more, members ascending. */
  readonly groups: readonly Int32Array[];
  /** Edges that were left out, because they would have made a group larger than the limit. */
  readonly cut: number;
}

/**
 * Connected components of records, which are joined with their originals from the start; the strongest edges first, and
 * no edge that makes a group of more than `largest` originals. Where none reaches the limit, these are the components of
 * the graph.
 */
export function components(originalOf: Int32Array, edges: EdgeList, largest: number): Components {
  const records = originalOf.length;
  const parent = originalOf.slice();
  const size = originalOf.map((original, record) => (original === record ? 1 : 0));
  const rootOf = (record: number): number => {
    let root = record;
    while (parent[root] !== root) {
      parent[root] = parent[parent[root]!]!;
      root = parent[root]!;
    }
    return root;
  };
  let cut = 0;
  for (const edge of edges.strongestFirst()) {
    const a = rootOf(edges.left[edge]!);
    const b = rootOf(edges.right[edge]!);
    if (a === b) continue;
    if (size[a]! + size[b]! > largest) {
      cut++;
      continue;
    }
    const [root, child] = size[a]! >= size[b]! ? [a, b] : [b, a];
    parent[child] = root;
    size[root]! += size[child]!;
  }
  const groups = new Map<number, number[]>();
  for (let record = 0; record < records; record++) {
    const root = rootOf(record);
    const group = groups.get(root);
    if (group) group.push(record);
    else groups.set(root, [record]);
  }
  const connected = [...groups.values()].filter((group) => group.length > 1);
  return { groups: connected.map((group) => Int32Array.from(group)), cut };
}
