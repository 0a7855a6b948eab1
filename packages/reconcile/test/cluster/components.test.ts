import fc from "fast-check";
import { expect, it } from "vitest";
import { components } from "../../src/cluster/components.ts";
import { EdgeList } from "../../src/cluster/edge-list.ts";

const numbers = (n: number): Int32Array => Int32Array.from({ length: n }, (_, k) => k);

function edgesOf(list: readonly (readonly [number, number, number])[]): EdgeList {
  const edges = new EdgeList();
  for (const [a, b, weight] of list) edges.add(a, b, weight);
  return edges;
}

const graph = fc.integer({ min: 1, max: 30 }).chain((n) => {
  const vertex = fc.integer({ min: 0, max: n - 1 });
  const edge = fc.tuple(vertex, vertex, fc.integer({ min: 0, max: 5 }));
  return fc.tuple(
    fc.constant(n),
    fc.array(edge, { maxLength: 40 }).map((list) => list.filter(([a, b]) => a !== b)),
  );
});

it("finds what a search of the graph reaches", () => {
  fc.assert(
    fc.property(graph, ([n, list]) => {
      const { groups, cut } = components(numbers(n), edgesOf(list), 1000);
      expect(cut).toBe(0);
      const reached = (start: number): string => {
        const seen = new Set([start]);
        for (const at of seen) {
          for (const [a, b] of list) {
            if (a === at) seen.add(b);
            if (b === at) seen.add(a);
          }
        }
        return [...seen].sort((a, b) => a - b).join(" ");
      };
      const expected = new Set(
        Array.from({ length: n }, (_, k) => reached(k)).filter((group) => group.includes(" ")),
      );
      expect(new Set(groups.map((group) => [...group].join(" ")))).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

it("makes no group larger than the limit, and gives up the weakest links", () => {
  const path = edgesOf([
    [0, 1, 9],
    [1, 2, 1],
    [2, 3, 8],
  ]);
  const { groups, cut } = components(numbers(4), path, 2);
  expect(groups.map((group) => [...group])).toEqual([
    [0, 1],
    [2, 3],
  ]);
  expect(cut).toBe(1);
});

it("counts copies as one", () => {
  const { groups, cut } = components(Int32Array.of(0, 0, 0, 3, 4), edgesOf([[2, 3, 5]]), 2);
  expect(groups.map((group) => [...group])).toEqual([[0, 1, 2, 3]]);
  expect(cut).toBe(0);
});

it("keeps more edges than it first has room for", () => {
  const edges = new EdgeList();
  for (let k = 0; k < 5000; k++) edges.add(k, k + 1, k);
  expect(edges.length).toBe(5000);
  expect(edges.weight[edges.strongestFirst()[0]!]).toBe(4999);
});
