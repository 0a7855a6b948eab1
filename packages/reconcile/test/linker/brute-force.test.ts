import { defineTable, nullable, toRows, utf8 } from "@lakewright/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../test/runs.ts";
import {
  block,
  compare,
  defineLinker,
  distance,
  exact,
  jaroWinkler,
  prefix,
  similarity,
  soundex,
  phonetic,
  swapped,
} from "../../src/index.ts";

const table = defineTable("people", {
  id: utf8(),
  given: nullable(utf8()),
  surname: nullable(utf8()),
  city: nullable(utf8()),
});
const linker = defineLinker(table, {
  id: "id",
  blocking: [block("surname"), block(prefix("given", 2), "city"), block(phonetic("surname"))],
  comparisons: [
    compare("given", [
      exact({ termFrequency: { weight: 0.5, floor: 0.2 } }),
      swapped("surname"),
      similarity("jaroWinkler", 0.85),
    ]),
    compare("surname", [exact({ termFrequency: true }), distance("levenshtein", 1)]),
    compare("city", [exact()]),
  ],
});

const name = fc.option(
  fc.constantFrom("anna", "anne", "hanna", "bob", "bobby", "smith", "smyth", "👍"),
  { nil: null },
);
const city = fc.option(fc.constantFrom("berlin", "paris"), { nil: null });
const rows = fc.uniqueArray(
  fc.record({ id: fc.string({ minLength: 1, maxLength: 3 }), given: name, surname: name, city }),
  { selector: (row) => row.id, maxLength: 12 },
);
type Person = {
  readonly id: string;
  readonly given: string | null;
  readonly surname: string | null;
  readonly city: string | null;
};

const both = (a: string | null, b: string | null): boolean => a !== null && a === b;
const start = (text: string | null): string | null =>
  text === null || [...text].length < 2 ? null : [...text].slice(0, 2).join("");

/** Whether some blocking rule has the pair, said without blocks. */
function blocked(a: Person, b: Person): boolean {
  return (
    both(a.surname, b.surname) ||
    (both(start(a.given), start(b.given)) && both(a.city, b.city)) ||
    (a.surname !== null &&
      b.surname !== null &&
      (soundex(a.surname) || a.surname) === (soundex(b.surname) || b.surname))
  );
}

/** The level of given names, said without codes. */
function givenLevel(a: Person, b: Person): string | null {
  if (a.given === null || b.given === null) return null;
  if (a.given === b.given) return "exact";
  if (a.given === b.surname && b.given === a.surname) return "swapped with surname";
  return jaroWinkler(a.given, b.given) >= 0.85 ? "jaroWinkler ≥ 0.85" : "otherwise";
}

describe("on few records, against all pairs compared one by one", { timeout: 60_000 }, () => {
  it("keeps exactly the blocked pairs above the threshold, with the probability that is explained", async () => {
    const threshold = fc.double({ min: 0.01, max: 0.95, noNaN: true });
    await fc.assert(
      fc.asyncProperty(rows, threshold, async (people, least) => {
        const model = await linker.train(people);
        const clusters = await model.cluster(people, { threshold: least });
        const expected = new Map<string, number>();
        for (const a of people) {
          for (const b of people) {
            if (!(a.id < b.id)) continue;
            const explained = model.explain({ left: a, right: b });
            expect(explained.comparisons[0]!.level).toBe(givenLevel(a, b));
            const sum = explained.comparisons.reduce(
              (total, { weight }) => total + weight,
              explained.priorWeight,
            );
            expect(explained.matchWeight).toBeCloseTo(sum, 9);
            expect(clusters.explain({ left: a.id, right: b.id })).toEqual(explained);
            if (Math.abs(explained.probability - least) < 1e-9) return;
            if (blocked(a, b) && explained.probability >= least) {
              expected.set(`${a.id}\n${b.id}`, explained.probability);
            }
          }
        }
        const found = toRows(clusters.pairs, clusters.pairsTable);
        expect(
          new Set(found.map((pair) => `${String(pair["left_id"])}\n${String(pair["right_id"])}`)),
        ).toEqual(new Set(expected.keys()));
        for (const pair of found) {
          const key = `${String(pair["left_id"])}\n${String(pair["right_id"])}`;
          expect(pair["probability"]).toBeCloseTo(expected.get(key)!, 9);
        }
      }),
      { numRuns: runs(60) },
    );
  });

  it("counts the pairs of each rule before it compares any", async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (people) => {
        const plan = await linker.plan(people);
        const pairs = (of: (a: Person, b: Person) => boolean): number =>
          people.flatMap((a) => people.filter((b) => a.id < b.id && of(a, b))).length;
        expect(plan.rules.map((rule) => rule.pairs)).toEqual([
          pairs((a, b) => both(a.surname, b.surname)),
          pairs((a, b) => both(start(a.given), start(b.given)) && both(a.city, b.city)),
          pairs(
            (a, b) =>
              a.surname !== null &&
              b.surname !== null &&
              (soundex(a.surname) || a.surname) === (soundex(b.surname) || b.surname),
          ),
        ]);
      }),
      { numRuns: runs(100) },
    );
  });
});
