import { describe, expect, test } from "vitest";
import { suite } from "../src/suites/strings.ts";
import { fixture, judged, shared } from "./outcomes.ts";

describe("the suite of strings", () => {
  test("takes a value within the tolerance, and names what is not", async () => {
    const { named, failures } = await judged(suite, fixture("strings"));
    expect(named("passed")).toEqual([
      'jaro "abcd" "abcx"',
      'levenshtein "flaw" "lawn"',
      'levenshtein "" "abc"',
      'soundex "Baker"',
    ]);
    expect(failures).toEqual([
      'jaro "abcd" "abcx": the value is 0.8333333333333334, expected 0.83 ± 1e-9',
      'levenshtein "same" "same": the value is 0, expected 1 ± 1e-9',
      'soundex "Lee": the code is "L000", expected "L100"',
    ]);
  });

  test("says of a metric the package does not have that it is not supported", async () => {
    const { outcomes } = await judged(suite, fixture("strings"), { only: "cosine" });
    expect(outcomes).toEqual([
      { case: 'cosine "x" "x"', result: "unsupported", code: "CONFORMANCE_NO_COUNTERPART" },
    ]);
  });

  test("reads a single file as well", async () => {
    const { outcomes } = await judged(suite, fixture("strings/metrics/levenshtein.json"));
    expect(outcomes).toHaveLength(3);
  });

  test("published and agreed vectors fail in a handful of inputs", async () => {
    const path = shared("reconcile/string-vectors/dev");
    if (path === undefined) return;
    const { named } = await judged(suite, path);
    expect(named("passed").length).toBeGreaterThan(named("failed").length * 1000);
  });
});
