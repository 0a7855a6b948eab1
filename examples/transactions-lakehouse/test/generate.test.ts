import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { generate } from "../src/generate/generate.ts";
import { period } from "../src/generate/shop.ts";

const made = (
  seed: number,
  records = 3000,
): { lines: string[]; truth: ReturnType<typeof generate>["truth"] } => {
  const { lines, truth } = generate({ records, seed, ...period });
  return { lines: [...lines], truth };
};
const digest = (lines: readonly string[]): string =>
  createHash("sha256").update(lines.join("\n")).digest("hex");

describe("the generator", () => {
  it("gives the same bytes for the same seed, and others for another", () => {
    expect(digest(made(7).lines)).toBe(digest(made(7).lines));
    expect(digest(made(7).lines)).not.toBe(digest(made(8).lines));
  });

  it("gives as many lines as were asked for", () => {
    for (const records of [1, 2, 10, 999, 3000])
      expect(made(7, records).lines).toHaveLength(records);
  });

  it("sends some lines twice and some late, breaks some, and says which are frauds", () => {
    const { lines, truth } = made(7, 20_000);
    const ids = lines.flatMap((line) => /"transaction_id":"(\w+)"/.exec(line)?.[1] ?? []);
    const twice = ids.length - new Set(ids).size;
    expect(twice / lines.length).toBeGreaterThan(0.003);
    expect(twice / lines.length).toBeLessThan(0.009);
    const times = lines.flatMap((line) => /"created_at":"(2025[^"]*)"/.exec(line)?.[1] ?? []);
    const late = times.filter((time, k) => k > 0 && time < times[k - 1]!).length;
    expect(late / lines.length).toBeGreaterThan(0.005);
    expect(lines.filter((line) => !line.endsWith("}")).length).toBeGreaterThan(10);
    expect(truth.fraudulent.length).toBeGreaterThan(20);
    const known = new Set(ids);
    expect(truth.fraudulent.filter((id) => known.has(id)).length).toBeGreaterThan(
      0.9 * truth.fraudulent.length,
    );
  });

  it("has nothing in the hours of an outage", () => {
    const { lines, truth } = made(7, 20_000);
    for (const { from, to } of truth.outages) {
      const within = lines.filter((line) => {
        const at = /"created_at":"([^"]*)"/.exec(line)?.[1];
        return at !== undefined && at >= from.slice(0, 19) && at < to.slice(0, 19);
      });
      expect(within).toEqual([]);
    }
  });

  it("sells some products and to some customers far more than to others", () => {
    const { lines } = made(7, 20_000);
    const counts = Map.groupBy(
      lines.flatMap((line) => /"product":\{"id":"(\w+)"/.exec(line)?.[1] ?? []),
      (id) => id,
    );
    const sizes = [...counts.values()].map((list) => list.length).sort((a, b) => b - a);
    expect(sizes[0]! / sizes[sizes.length >> 1]!).toBeGreaterThan(20);
  });
});
