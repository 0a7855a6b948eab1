import type { EdgeList } from "./edge-list.ts";

/** Groups of records that edges connect. */
export interface Components {
  /** Groups of two or more, members ascending. */
  readonly groups: readonly Int32Array[];
  /** Edges that were left out, because they would have made a group larger than the limit. */
  readonly cut: number;
}

/**
 * Connected components; the strongest edges first, and no edge that makes a group larger than `largest`.
 * Where no group reaches the limit, these are the components of the graph.
 */
export function components(records: number, edges: EdgeList, largest: number): Components {
  const parent = Int32Array.from({ length: records }, (_, k) => k);
  const size = new Int32Array(records).fill(1);
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
  const groups = new Map<number, Int32Array>();
  const filled = new Int32Array(records);
  for (let record = 0; record < records; record++) {
    const root = rootOf(record);
    if (size[root] === 1) continue;
    let group = groups.get(root);
    if (!group) groups.set(root, (group = new Int32Array(size[root]!)));
    group[filled[root]!++] = record;
  }
  return { groups: [...groups.values()], cut };
}
