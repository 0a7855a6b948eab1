import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { suite } from "../src/suites/em.ts";
import { fixture, judged, scratch, shared } from "./outcomes.ts";

describe("the suite of parameters", () => {
  test("explains pairs by the parameters the set starts from", async () => {
    const { named, failures } = await judged(suite, fixture("em"));
    expect(failures).toEqual([]);
    expect(named("passed")).toEqual(
      ["1 2", "1 3"].flatMap((pair) =>
        ["weight", "probability", "bf_gamma_name", "bf_tf_adj_name", "bf_gamma_city"].map(
          (what) => `pairs ${pair} ${what}`,
        ),
      ),
    );
    expect(named("unsupported")).toEqual([
      "history step 1 city level_1 m",
      "history step 1 city level_1 u",
      "lambdas step 1 λ",
    ]);
  });

  test("finds the parameters vectors were generated from, and no others", async () => {
    const folder = scratch();
    cpSync(fixture("em/settings.txt"), join(folder, "settings.txt"));
    writeFileSync(join(folder, "vectors.csv"), vectors([0.8, 0.9, 0.95], [0.1, 0.2, 0.25]));
    const right = await judged(suite, folder);
    expect(right.failures).toEqual([]);
    expect(right.named("passed")).toHaveLength(12 + 8);

    writeFileSync(join(folder, "vectors.csv"), vectors([0.6, 0.9, 0.95], [0.1, 0.2, 0.25]));
    const wrong = await judged(suite, folder, { only: "first" });
    expect(wrong.named("failed")).toEqual(["vectors first gamma 1 m", "vectors first gamma 0 m"]);
  });

  test("agrees with Splink where there is a call for it", async () => {
    const path = shared("reconcile/splink-em-fixtures");
    if (path === undefined) return;
    const { failures, named } = await judged(suite, path);
    expect(failures).toEqual([]);
    expect(named("passed").length).toBeGreaterThan(20);
  });
});

/** 2,000 matches and 2,000 others, with agreement in exactly the shares of m and u. */
function vectors(m: readonly number[], u: readonly number[]): string {
  const lines = ["gamma_first,gamma_second,gamma_third,true_match_l,true_match_probability_l"];
  const combinations = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => [
    bits >> 2,
    (bits >> 1) & 1,
    bits & 1,
  ]);
  for (const agrees of combinations) {
    const share = (p: readonly number[]): number =>
      agrees.reduce((product, gamma, k) => product * (gamma ? p[k]! : 1 - p[k]!), 1);
    const probability = share(m) / (share(m) + share(u));
    for (const [match, p] of [
      [1, share(m)],
      [0, share(u)],
    ] as const) {
      const line = [...agrees, match, probability].join();
      for (let k = 0; k < Math.round(2000 * p); k++) lines.push(line);
    }
  }
  return lines.join("\n");
}
