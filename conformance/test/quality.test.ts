import { describe, expect, test } from "vitest";
import { suite as deequ } from "../src/suites/deequ.ts";
import { suite as ge } from "../src/suites/ge.ts";
import { suite as soda } from "../src/suites/soda.ts";
import { fixture, judged, shared } from "./outcomes.ts";

const engines = ["duckdb", "columns"] as const;

describe.each(engines)("on %s", (engine) => {
  test("metrics are those of the case, and errors where one is expected", async () => {
    const { named, failures } = await judged(deequ, fixture("deequ.json"), { engine });
    expect(named("passed")).toEqual([
      "Size pets 1",
      "Completeness pets 2",
      "Mean pets 3",
      "Compliance pets 4",
      "PatternMatch pets 5",
      "Mean pets 6",
    ]);
    expect(failures).toEqual([
      "Sum pets 7: the value is 13, expected 14 ± 1e-10",
      "Sum pets 8: no error where one is expected",
    ]);
    expect(named("unsupported")).toEqual(["Entropy pets 9", "Size pets 10"]);
  });

  test("expectations are met or not as the case says", async () => {
    const { outcomes, failures } = await judged(ge, fixture("expectations.json"), { engine });
    expect(outcomes.map(({ result }) => result)).toEqual([
      "passed",
      "passed",
      "failed",
      "passed",
      "unsupported",
    ]);
    expect(failures).toEqual([
      "expectations expect_column_values_to_be_in_set wrong on purpose 3: success is false, expected true",
    ]);
  });

  test("checks in SodaCL pass or fail as the case says", async () => {
    const { named, failures } = await judged(soda, fixture("soda.json"), { engine });
    expect(named("passed")).toEqual(["counts", "valid by lines", "fails", "references", "fresh"]);
    expect(failures).toEqual([
      "wrong on purpose: row_count = 5 fails, and should not",
      "half of it: row_count = 4 passes, and should not",
    ]);
    expect(named("unsupported")).toEqual(["a filter", "of another kind"]);
  });

  test("the checks Soda asserts are ours, but for addresses with letters beyond ASCII", async () => {
    const path = shared("quality/soda-cases/dev.json");
    if (path === undefined) return;
    const { failures, named } = await judged(soda, path, { engine });
    expect(failures.filter((text) => !text.includes("invalid_count(email)"))).toEqual([]);
    expect(named("passed").length).toBeGreaterThan(20);
  });

  test("the metrics deequ asserts are ours", async () => {
    const path = shared("quality/deequ-cases.json");
    if (path === undefined) return;
    const { failures, named } = await judged(deequ, path, { engine });
    expect(failures).toEqual([]);
    expect(named("passed").length).toBeGreaterThan(10);
  });

  test("the expectations Great Expectations asserts are ours, but for the last digit of a deviation", async () => {
    const path = shared("quality/ge-cases/dev");
    if (path === undefined) return;
    const { failures, named } = await judged(ge, path, { engine });
    expect(failures.filter((text) => !text.includes("exact_min_and_max"))).toEqual([]);
    expect(named("passed").length).toBeGreaterThan(80);
  });
});

test("an engine there is not is named", async () => {
  await expect(judged(deequ, fixture("deequ.json"), { engine: "abacus" })).rejects.toThrow(
    /abacus/,
  );
});
