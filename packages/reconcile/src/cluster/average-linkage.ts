/**
 * Agglomerates items by average linkage while the average is above zero, and gives each the number of its cluster.
 * `sizes` are how many records an item stands for; `similarity` holds, row by row, the sum over the records of both.
 * It is changed.
 *
 * Source: Murtagh, "A survey of recent advances in hierarchical clustering algorithms" (1983), nearest-neighbour chains:
 * average linkage is reducible, so the order of the merges does not matter.
 */
export function averageLinkage(similarity: Float64Array, sizes: Int32Array): Int32Array {
  const n = sizes.length;
  const size = Float64Array.from(sizes);
  const label = Int32Array.from({ length: n }, (_, k) => k);
  const active = new Uint8Array(n).fill(1);
  const chain: number[] = [];
  for (let start = 0; ;) {
    if (chain.length === 0) {
      while (start < n && active[start] === 0) start++;
      if (start === n) break;
      chain.push(start);
    }
    const top = chain.at(-1)!;
    const before = chain.at(-2) ?? -1;
    // The item before is preferred among equals: a chain must not go round in a circle.
    let nearest = before;
    let best = before < 0 ? 0 : similarity[top * n + before]! / (size[top]! * size[before]!);
    for (let k = 0; k < n; k++) {
      if (active[k] === 0 || k === top) continue;
      const average = similarity[top * n + k]! / (size[top]! * size[k]!);
      if (average > best) {
        best = average;
        nearest = k;
      }
    }
    if (nearest < 0) {
      // No merge of others can bring it a positive average.
      active[top] = 0;
      chain.pop();
    } else if (nearest !== before) {
      chain.push(nearest);
    } else {
      chain.length -= 2;
      merge(Math.min(top, before), Math.max(top, before));
    }
  }
  return label.map((_, k) => rootOf(k));

  function merge(into: number, from: number): void {
    for (let k = 0; k < n; k++) {
      if (active[k] === 0 || k === into || k === from) continue;
      const sum = similarity[into * n + k]! + similarity[from * n + k]!;
      similarity[into * n + k] = sum;
      similarity[k * n + into] = sum;
    }
    size[into]! += size[from]!;
    active[from] = 0;
    label[from] = into;
  }

  function rootOf(item: number): number {
    let root = item;
    while (label[root] !== root) root = label[root]!;
    return root;
  }
}
