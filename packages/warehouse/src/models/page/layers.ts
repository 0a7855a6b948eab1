/** A graph without cycles: for each node the nodes it comes after. */
type Parents = readonly (readonly number[])[];

/** Where a node is drawn: its layer from the left, and its place in it from the top. */
interface Placed {
  readonly layer: number;
  readonly place: number;
}

/** Rounds of putting each layer in order of its neighbours; more change nothing in graphs that fit a page. */
const ROUNDS = 8;

/**
 * Places the nodes of a graph in layers, every node right of all its parents, with few crossings: layers by longest path,
 * order in a layer by the mean place of neighbours. Source: Sugiyama, Tagawa, Toda, "Methods for visual understanding of
 * hierarchical system structures" (1981).
 */
export function placeInLayers(parents: Parents): Placed[] {
  const layer = longestPaths(parents);
  const children: number[][] = parents.map(() => []);
  parents.forEach((of, node) => {
    for (const parent of of) children[parent]!.push(node);
  });
  // What nothing precedes stands beside its first reader, not at the far left.
  parents.forEach((of, node) => {
    if (of.length > 0 || children[node]!.length === 0) return;
    layer[node] = Math.min(...children[node]!.map((child) => layer[child]!)) - 1;
  });
  const layers: number[][] = [];
  layer.forEach((at, node) => (layers[at] ??= []).push(node));
  const place = new Array<number>(parents.length).fill(0);
  const number = (nodes: readonly number[]): void => {
    nodes.forEach((node, k) => (place[node] = k));
  };
  for (const nodes of layers) number(nodes);
  for (let round = 0; round < ROUNDS; round++) {
    const down = round % 2 === 0;
    const neighbours = down ? parents : children;
    for (const nodes of down ? layers : [...layers].reverse()) {
      const mean = (node: number): number => {
        const of = neighbours[node]!;
        if (of.length === 0) return place[node]!;
        return of.reduce((sum, other) => sum + place[other]!, 0) / of.length;
      };
      const means = new Map(nodes.map((node) => [node, mean(node)]));
      nodes.sort((a, b) => means.get(a)! - means.get(b)! || a - b);
      number(nodes);
    }
  }
  return layer.map((at, node) => ({ layer: at, place: place[node]! }));
}

function longestPaths(parents: Parents): number[] {
  const layer = new Array<number | undefined>(parents.length).fill(undefined);
  const visit = (node: number): number => {
    const known = layer[node];
    if (known !== undefined) return known;
    const of = parents[node]!;
    const found = of.length === 0 ? 0 : Math.max(...of.map((parent) => visit(parent) + 1));
    layer[node] = found;
    return found;
  };
  return parents.map((_, node) => visit(node));
}
