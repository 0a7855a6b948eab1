import { describe, expect, test } from "vitest";
import { suite } from "../src/suites/scd2.ts";
import { fixture, judged, shared } from "./outcomes.ts";

describe("the suite of histories", () => {
  test("compares the whole table after each batch", async () => {
    const { named, failures } = await judged(suite, fixture("scd2.json"));
    expect(named("passed")).toEqual([
      "a change and an end",
      "changes by their date, in one batch",
      "tombstones",
      "late changes change nothing",
    ]);
    expect(failures).toEqual([
      expect.stringMatching(/^a history nobody keeps: table after batch 0 has no row .*"Bern"/),
      expect.stringMatching(/^what no option says: first versions start at updated_at, then batch/),
    ]);
  });

  test("cannot run on an engine there is not, nor without cases", async () => {
    await expect(judged(suite, fixture("scd2.json"), { engine: "abacus" })).rejects.toThrow(
      /abacus/,
    );
    await expect(judged(suite, fixture("strings/metrics/cosine.json"))).rejects.toThrow(/"cases"/);
  });

  test("keeps the histories of other tools' documentation", async () => {
    const path = shared("warehouse/scd2-cases.json");
    if (path === undefined) return;
    const { failures, named } = await judged(suite, path, { only: "docs" });
    expect(failures).toEqual([]);
    expect(named("passed").length).toBeGreaterThan(0);
  });
});
