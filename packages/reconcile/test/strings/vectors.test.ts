import { describe, expect, it } from "vitest";
import {
  damerauLevenshtein,
  dice,
  jaccard,
  jaro,
  jaroWinkler,
  levenshtein,
  osa,
  soundex,
} from "../../src/index.ts";
import { dataFile } from "../data.ts";

interface Vector {
  readonly a: string;
  readonly b: string;
  readonly expected: number;
  readonly tol?: number;
}
interface CodeVector {
  readonly input: string;
  readonly expected: string;
}

const metrics: readonly (readonly [file: string, of: (a: string, b: string) => number])[] = [
  ["levenshtein", levenshtein],
  ["osa", osa],
  ["damerau_levenshtein", damerauLevenshtein],
  ["jaro", jaro],
  ["jaro_winkler", jaroWinkler],
  ["dice_bigram_set", dice],
  ["jaccard_charset", (a, b) => jaccard(a, b, { q: 1 })],
];

/** commons-text does not round half of the transpositions down, where all others do. */
const otherDefinition = new Set(["aaabcd aaacdb"]);

describe("published and agreed values", () => {
  it.each(metrics)("%s gives every one", (file, of) => {
    const text = dataFile(`string-vectors/dev/metrics/${file}.json`);
    if (text === undefined) return;
    const wrong = (JSON.parse(text) as Vector[])
      .filter(({ a, b }) => file !== "jaro_winkler" || !otherDefinition.has(`${a} ${b}`))
      .map((vector) => ({ ...vector, given: of(vector.a, vector.b) }))
      .filter(({ given, expected, tol }) => !(Math.abs(given - expected) <= (tol ?? 1e-9)));
    expect(wrong).toEqual([]);
  });

  it("soundex gives at least 99.5 % of them", () => {
    const text = dataFile("string-vectors/dev/phonetics/soundex.json");
    if (text === undefined) return;
    const vectors = JSON.parse(text) as CodeVector[];
    const wrong = vectors.filter(({ input, expected }) => soundex(input) !== expected);
    expect(wrong.length / vectors.length, JSON.stringify(wrong.slice(0, 5))).toBeLessThan(0.005);
  });
});
