import fc from "fast-check";
import { expect, it } from "vitest";
import { averageLinkage } from "../../src/cluster/average-linkage.ts";

/** Merges the two groups with the greatest average, as long as it is above zero. */
function naive(n: number, of: (a: number, b: number) => number): number[][] {
  let groups = Array.from({ length: n }, (_, k) => [k]);
  for (;;) {
    let best = 0;
    let pair: readonly [number[], number[]] | undefined;
    for (const a of groups) {
      for (const b of groups) {
        if (a === b) continue;
        const average =
          a.flatMap((x) => b.map((y) => of(x, y))).reduce((s, v) => s + v, 0) /
          (a.length * b.length);
        if (average > best + 1e-12) {
          best = average;
          pair = [a, b];
        }
      }
    }
    if (!pair) return groups;
    const [a, b] = pair;
    groups = [...groups.filter((group) => group !== a && group !== b), [...a, ...b]];
  }
}

const partition = (groups: readonly (readonly number[])[]): string =>
  groups
    .map((group) => [...group].sort((a, b) => a - b).join(" "))
    .sort()
    .join(" | ");

it("gives the groups of the greedy textbook method", () => {
  const size = fc.integer({ min: 1, max: 12 });
  const matrix = size.chain((n) =>
    fc.tuple(
      fc.constant(n),
      fc.uniqueArray(fc.integer({ min: -1_000_000, max: 1_000_000 }), {
        minLength: n * n,
        maxLength: n * n,
      }),
    ),
  );
  fc.assert(
    fc.property(matrix, ([n, values]) => {
      const of = (a: number, b: number): number => values[Math.min(a, b) * n + Math.max(a, b)]!;
      const similarity = Float64Array.from({ length: n * n }, (_, at) =>
        of(Math.floor(at / n), at % n),
      );
      const label = averageLinkage(similarity, new Int32Array(n).fill(1));
      const groups = Map.groupBy(label.keys(), (k) => label[k]!);
      expect(partition([...groups.values()])).toBe(partition(naive(n, of)));
    }),
    { numRuns: 500 },
  );
});

it("ends where all averages are equal", () => {
  const label = averageLinkage(new Float64Array(25).fill(1), new Int32Array(5).fill(1));
  expect(new Set(label).size).toBe(1);
});

it("keeps apart what a chain holds together", () => {
  // 0 – 1 – 2 – 3: neighbours are alike, the ends are not.
  const of = (a: number, b: number): number => (a === b ? 0 : Math.abs(a - b) === 1 ? 3 : -8);
  const similarity = Float64Array.from({ length: 16 }, (_, at) => of(at >> 2, at & 3));
  expect(new Set(averageLinkage(similarity, new Int32Array(4).fill(1))).size).toBe(2);
});
