import { decimal, defineTable, int64, nullable, timestamp, utf8 } from "@lakewright/core";
import { defineContract } from "@lakewright/quality";
import { describe, expect, it } from "vitest";

const NASTY = `<script>alert("x")</script>&'\u0007`;
const orders = defineTable("orders", {
  id: utf8(),
  amount: decimal(12, 2),
  big: nullable(int64()),
  at: nullable(timestamp("us")),
});
const now = new Date("2026-11-21T12:00:00Z");
const contract = defineContract(
  orders,
  (t) => [
    t.id.unique(),
    t.id.matches("^[a-z]+$", { severity: "warn", name: `named ${NASTY}` }),
    t.amount.between({ min: "0.01" }),
    t.big.oneOf([1n]),
    t.amount.mean({ min: 100 }),
    t.at.freshness({ maxAgeHours: 24 }),
  ],
  { name: `orders ${NASTY}` },
);
const rows = [
  { id: NASTY, amount: "0.00", big: 9_007_199_254_740_993n, at: 1n },
  { id: "a", amount: "1.00", big: 1n },
];

describe("the JSON report", () => {
  it("has a format, exact values as text, and survives JSON", async () => {
    const run = await contract.check(rows, { now });
    const report = run.toJson();
    expect(JSON.parse(JSON.stringify(run))).toEqual(report);
    expect(report).toMatchObject({
      format: "lakewright.quality.run/1",
      table: "orders",
      now: "2026-11-21T12:00:00Z",
      executor: "batches",
      rows: 2,
      passed: false,
    });
    expect(report.failures.find(({ check }) => check === "big.oneOf")).toEqual({
      check: "big.oneOf",
      row: 0,
      key: { id: NASTY },
      values: { big: "9007199254740993" },
      reason: "9007199254740993 is none of 1",
    });
    expect(Object.keys(report.results[0]!)).toEqual([
      "id",
      "check",
      "columns",
      "severity",
      "passed",
      "evaluated",
      "failed",
      "nulls",
      "observed",
      "threshold",
      "skipped",
    ]);
  });
});

describe("the HTML report", () => {
  it("is one file without script, request or unescaped value", async () => {
    const page = (await contract.check(rows, { now })).toHtml();
    expect(page.startsWith("<!doctype html>")).toBe(true);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\bon\w+=|https?:|url\(|@import/i);
    expect(page).toContain("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;\u2407");
    expect(page).toContain("prefers-color-scheme: dark");
    expect(page).toContain('name="viewport"');
    expect(wellFormed(page)).toEqual([]);
  });

  it("shows every check once, those that failed first, and the failing rows", async () => {
    const run = await contract.check(rows, { now });
    const page = run.toHtml();
    const places = run.results.map(({ id }) =>
      page.indexOf(`<code>${id.replaceAll(/[<>&"'\u0007]/g, (c) => ESCAPED[c]!)}</code>`),
    );
    expect(places.every((place) => place > 0)).toBe(true);
    const last = run.results
      .filter(({ passed }) => passed)
      .map(({ id }) => page.indexOf(`<code>${id}</code>`));
    const first = run.results
      .filter(({ passed }) => !passed)
      .map((_, k) => places[run.results.findIndex((r, i) => !r.passed && i >= k)]!);
    expect(Math.min(...last)).toBeGreaterThan(Math.min(...first));
    expect(page).toContain("0.00 is not at least 0.01");
    expect(page).toContain("Failed: 4 of 7 checks, 1 warning");
  });

  it("never rounds a share to all or nothing", async () => {
    const many = Array.from({ length: 5000 }, (_, i) => ({
      id: `t${i}`,
      amount: i === 0 ? "0.00" : "1.00",
    }));
    const run = await defineContract(orders, (t) => [t.amount.between({ min: "0.01" })]).check(
      many,
    );
    expect(run.toHtml()).toContain("&gt; 99.9 % pass");
  });

  it("stays small, however many rows fail", async () => {
    const many = Array.from({ length: 5000 }, (_, i) => ({
      id: "A".repeat(500) + String(i),
      amount: "0.00",
    }));
    const page = (await contract.check(many, { now })).toHtml();
    expect(page.length).toBeLessThan(100_000);
    expect(page).toContain("5,000 failing, 50 shown");
  });

  it("says that an empty table gave nothing to judge", async () => {
    const page = (await contract.check([], { now })).toHtml();
    expect(page).toContain("nothing to judge");
    expect(page).toContain("no value");
    expect(wellFormed(page)).toEqual([]);
  });
});

const ESCAPED: Readonly<Record<string, string>> = {
  "<": "&lt;",
  ">": "&gt;",
  "&": "&amp;",
  '"': "&quot;",
  "'": "&#39;",
  "\u0007": "\u2407",
};
const VOID = new Set(["meta", "circle", "!doctype"]);

/** Tags that do not match, read by a stack. */
function wellFormed(page: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, close, name, self] of page
    .replace(/<style>[\s\S]*?<\/style>/, "")
    .matchAll(/<(\/?)([!a-z][a-z0-9]*)[^>]*?(\/?)>/gi)) {
    if (VOID.has(name!.toLowerCase()) || self === "/") continue;
    if (close !== "/") open.push(name!);
    else if (open.pop() !== name) wrong.push(name!);
  }
  return [...wrong, ...open];
}
