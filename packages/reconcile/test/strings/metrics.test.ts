import fc from "fast-check";
import { distance as fastestLevenshtein } from "fastest-levenshtein";
import { describe, expect, it } from "vitest";
import {
  damerauLevenshtein,
  dice,
  jaccard,
  jaro,
  jaroWinkler,
  levenshtein,
  osa,
} from "../../src/index.ts";
import { naiveDamerau, naiveEdits, naiveJaro } from "./naive.ts";

const short = fc.string({ unit: fc.constantFrom("a", "b", "c", "é", "東", "👍"), maxLength: 12 });
const long = fc.string({ unit: fc.constantFrom("a", "b", "c", "d", "👎"), maxLength: 110 });
const any = fc.string({ unit: "grapheme", maxLength: 40 });
const text = fc.oneof(short, long, any);

describe("edit distances", () => {
  it("levenshtein equals the textbook recurrence on any Unicode text", () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(levenshtein(a, b)).toBe(naiveEdits(a, b));
      }),
      { numRuns: 1000 },
    );
  });

  it("levenshtein equals fastest-levenshtein where no character is beyond the basic plane", () => {
    const ascii = fc.string({ unit: fc.constantFrom(..."abcde"), maxLength: 120 });
    fc.assert(
      fc.property(ascii, ascii, (a, b) => {
        expect(levenshtein(a, b)).toBe(fastestLevenshtein(a, b));
      }),
      { numRuns: 1000 },
    );
  });

  it("osa equals the textbook recurrence, also beyond 32 characters", () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(osa(a, b)).toBe(naiveEdits(a, b, "adjacent"));
      }),
      { numRuns: 1000 },
    );
  });

  it("damerauLevenshtein equals the search over all swaps", () => {
    fc.assert(
      fc.property(short, short, (a, b) => {
        expect(damerauLevenshtein(a, b)).toBe(naiveDamerau(a, b));
      }),
    );
  });

  it("tells the two distances with swaps apart", () => {
    expect(osa("ca", "abc")).toBe(3);
    expect(damerauLevenshtein("ca", "abc")).toBe(2);
  });

  it("counts code points, not UTF-16 units or bytes", () => {
    expect(levenshtein("ab", "a👍b")).toBe(1);
    expect(levenshtein("Dvořák", "Hill")).toBe(6);
  });
});

describe("similarities", () => {
  it("jaro equals the textbook definition, also beyond 32 characters", () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(jaro(a, b)).toBeCloseTo(naiveJaro(a, b), 12);
      }),
      { numRuns: 2000 },
    );
  });

  it("jaroWinkler raises only what is above 0.7, and never past 1", () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const plain = jaro(a, b);
        const raised = jaroWinkler(a, b);
        if (plain <= 0.7) expect(raised).toBe(plain);
        else expect(raised).toBeGreaterThanOrEqual(plain);
        expect(raised).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("knows Winkler's published values", () => {
    expect(jaroWinkler("MARTHA", "MARHTA")).toBeCloseTo(0.9611, 4);
    expect(jaroWinkler("DWAYNE", "DUANE")).toBeCloseTo(0.84, 4);
    expect(jaroWinkler("DIXON", "DICKSONX")).toBeCloseTo(0.8133, 4);
  });

  it("leaves nothing behind from one call to the next", () => {
    const before = jaro("crate", "trace");
    levenshtein("x".repeat(70), "trace");
    osa("crate", "y".repeat(40));
    expect(jaro("crate", "trace")).toBe(before);
  });

  it("compares sets of q-grams by code point", () => {
    expect(jaccard("night", "nacht")).toBeCloseTo(1 / 7, 12);
    expect(dice("night", "nacht")).toBeCloseTo(0.25, 12);
    expect(jaccard("👍👎", "👎👍", { q: 1 })).toBe(1);
    expect(jaccard("", "abc")).toBe(0);
    expect(jaccard("a", "a")).toBe(1);
  });
});
