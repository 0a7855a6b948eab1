import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../test/runs.ts";
import { jaroFilter, sharedSymbols } from "../../src/compare/jaro-filter.ts";
import { textPool } from "../../src/compare/text-pool.ts";
import { jaro, jaroWinkler } from "../../src/index.ts";

const word = fc.oneof(
  fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 14 }),
  fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 40 }),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
);

describe("the filter before Jaro", () => {
  it("never refuses a pair that reaches the threshold", () => {
    const threshold = fc.double({ min: 0.05, max: 1, noNaN: true });
    fc.assert(
      fc.property(word, word, threshold, (a, b, atLeast) => {
        const pool = textPool([a, b]);
        const shared = sharedSymbols(pool);
        for (const [winkler, metric] of [
          [false, jaro],
          [true, jaroWinkler],
        ] as const) {
          if (metric(a, b) < atLeast) continue;
          expect(jaroFilter(pool, shared, atLeast, winkler)(0, 1)).toBe(true);
        }
      }),
      { numRuns: runs(3000) },
    );
  });

  it("refuses texts with little in common", () => {
    const pool = textPool(["katherine", "bob"]);
    expect(jaroFilter(pool, sharedSymbols(pool), 0.8, true)(0, 1)).toBe(false);
  });
});
