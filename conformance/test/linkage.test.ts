import { describe, expect, test } from "vitest";
import { agreementOf, groupsOf } from "../src/linkage/agreement.ts";
import { suite } from "../src/suites/linkage.ts";
import { fixture, judged, shared } from "./outcomes.ts";

describe("agreement of two groupings", () => {
  const grouping = (text: string) => new Map([...text].map((group, k) => [String(k), group]));

  test("is what Amigó et al. count for pairs and for records", () => {
    // Found {0,1} {2,3,4} against {0,1,2} {3,4}: two pairs of four are right, each way.
    const { bcubedPrecision, bcubedRecall, ...pairs } = agreementOf(
      grouping("aabbb"),
      grouping("xxxyy"),
    );
    expect(pairs).toMatchObject({ precision: 0.5, recall: 0.5, f1: 0.5 });
    expect(bcubedPrecision).toBeCloseTo((1 + 1 + 1 / 3 + 2 / 3 + 2 / 3) / 5, 12);
    expect(bcubedRecall).toBeCloseTo((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5, 12);
  });

  test("is whole where they are the same, whatever the groups are called", () => {
    const same = agreementOf(grouping("abca"), grouping("xyzx"));
    expect(Object.values(same)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  test("takes records linked in a chain for one", () => {
    const groups = groupsOf(["a", "b", "c", "d"], [["a", "b"], ["c", "b"]]); // prettier-ignore
    expect(groups.get("a")).toBe(groups.get("c"));
    expect(groups.get("d")).not.toBe(groups.get("a"));
  });
});

describe("the suite of linkage", () => {
  test("groups people and says how well", async () => {
    const { named, metrics } = await judged(suite, fixture("linkage"));
    expect(named("passed")).toEqual(["linkage person"]);
    expect(metrics).toMatchObject({ records: 6, clusters: 4, f1: 1, bcubedF1: 1 });
  });

  test("says of a domain without a preset that it is not supported", async () => {
    const { named } = await judged(suite, fixture("linkage"), { domain: "product" });
    expect(named("unsupported")).toEqual(["linkage product"]);
  });

  test("cannot run for a domain nobody knows, nor without records", async () => {
    await expect(judged(suite, fixture("linkage"), { domain: "fish" })).rejects.toThrow(/fish/);
    await expect(judged(suite, fixture("strings"))).rejects.toThrow(/no records/);
  });

  test.each([
    ["febrl1", 0.99],
    ["rldata500", 0.95],
  ])("links %s with an F1 of at least %d", async (set, f1) => {
    const path = shared(`reconcile/${set}`);
    if (path === undefined) return;
    const { metrics } = await judged(suite, path);
    expect(metrics["f1"]).toBeGreaterThan(f1);
  });
});
