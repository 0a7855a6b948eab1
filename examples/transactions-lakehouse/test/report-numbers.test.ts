import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Summary } from "../src/summary.ts";
import { expectationOf } from "./support/expected.ts";
import { run, temporaryFolder } from "./support/job.ts";
import { type Oracle, oracle } from "./support/oracle.ts";
import { otherText, type PageNumber, pageNumbers } from "./support/page-numbers.ts";
import { readLakeTables, readRawInput } from "./support/raw-input.ts";

// Enough transactions an hour for outages to be told.
const RECORDS = 60_000;

describe("every number in the report", () => {
  const folder = temporaryFolder();
  const now = Date.UTC(2026, 10, 21, 12);
  let summary: Summary;
  let page: string;
  let numbers: readonly PageNumber[];
  let db: Oracle;

  beforeAll(async () => {
    summary = await run({ out: folder, records: RECORDS }, now);
    page = readFileSync(join(folder, "report.html"), "utf8");
    numbers = pageNumbers(page);
    db = await oracle();
    await readRawInput(db, folder, new Date(now).toISOString());
    await readLakeTables(db, folder);
  }, 120_000);

  it("is what SQL over the raw input gives", async () => {
    const wrong: string[] = [];
    for (const { key, value } of numbers) {
      const expected = expectationOf(key, value);
      if (expected === undefined) {
        wrong.push(`${key} = ${value}: no query says what it should be`);
        continue;
      }
      const found = await db.value(expected.sql);
      if (!agrees(value, found, expected.check))
        wrong.push(`${key} = ${value}, and SQL says ${found}`);
    }
    expect(wrong).toEqual([]);
    expect(numbers.length).toBeGreaterThan(300);
  }, 120_000);

  it("shows its exact value, or that value rounded", () => {
    const misread = numbers.filter(
      ({ key, value, shown }) =>
        shown !== undefined && !key.includes(".from") && !readsAs(shown, value, key),
    );
    expect(misread).toEqual([]);
  });

  it("has a key: no digit stands outside numbers, names and scales", () => {
    expect(otherText(page).match(/.{0,40}\d.{0,40}/g)).toBeNull();
  });

  it("covers every part of the job", () => {
    const parts = new Set(numbers.map(({ key }) => key.split(".")[0]));
    for (const part of [
      "read",
      "currency",
      "payment",
      "product",
      "volume",
      "hour",
      "outage",
      "near",
      "check",
      "people",
      "planted",
      "fraud",
      "score",
      "churn",
      "table",
    ]) {
      expect(parts).toContain(part);
    }
  });

  it("agrees with summary.json, in which what was read is loaded, quarantined or dropped", () => {
    expect(JSON.parse(readFileSync(join(folder, "summary.json"), "utf8"))).toEqual(summary);
    const valueOf = (key: string): string | undefined =>
      numbers.find((number) => number.key === key)?.value;
    for (const key of ["read", "loaded", "quarantined", "dropped", "users", "people"] as const) {
      expect(valueOf(key), key).toBe(String(summary[key]));
    }
    expect(summary.read).toBe(RECORDS);
    expect(summary.loaded + summary.quarantined + summary.dropped).toBe(summary.read);
    for (const [currency, total] of Object.entries(summary.amounts))
      expect(valueOf(`currency.${currency}.total`)).toBe(total);
    const sum = (counts: Readonly<Record<string, number>>): number =>
      Object.values(counts).reduce((a, b) => a + b, 0);
    expect(sum(summary.quarantinedBy)).toBe(summary.quarantined);
    expect(sum(summary.droppedBy)).toBe(summary.dropped);
  });
});

function agrees(value: string, found: string, check: "same" | "close" | "holds"): boolean {
  if (check === "holds") return found === "true";
  if (check === "same")
    return (
      value === found ||
      (/^[\d.-]+$/.test(value) &&
        Number(value) === Number(found) &&
        value.replace(/\.?0+$/, "") === found.replace(/\.?0+$/, ""))
    );
  return Math.abs(Number(value) - Number(found)) <= 1e-9 * Math.max(1, Math.abs(Number(found)));
}

function readsAs(shown: string, value: string, key: string): boolean {
  if (/^\d{4}-/.test(value)) return value.startsWith(shown.replace(" ", "T"));
  const percent = shown.endsWith("%");
  const text = shown
    .replaceAll("\u202f", "")
    .replace("−", "-")
    .replace(/ (?:%|accounts?)$/, "");
  const digits = text.split(".")[1]?.length ?? 0;
  // The card of the turnover leaves the cents out.
  const slack = key === "glance.total" ? 1 : 0.5000001 * 10 ** -digits;
  return Math.abs(Number(text) - Number(value) * (percent ? 100 : 1)) <= slack;
}
