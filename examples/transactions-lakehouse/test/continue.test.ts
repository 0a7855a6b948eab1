import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lasting, run, temporaryFolder } from "./support/job.ts";
import { oracle } from "./support/oracle.ts";

const folder = temporaryFolder();
const header = "transaction_id,amount,currency,user_id,user_name,payment_method,product_id,date\n";
const records = (from: number, to: number): string =>
  Array.from(
    { length: to - from },
    (_, k) =>
      `t${from + k},${from + k}.25,EUR,u${(from + k) % 7},Ann ${(from + k) % 7},card,p${k % 3},2024-01-${String(1 + (k % 28)).padStart(2, "0")}\n`,
  ).join("");

describe("started again on the same folder", () => {
  it("changes nothing where there is nothing new", async () => {
    const out = join(folder, "again");
    const now = Date.UTC(2026, 0, 1);
    const first = await run({ out, records: 3000 }, now);
    const page = readFileSync(join(out, "report.html"), "utf8");
    const second = await run({ out, records: 3000 }, now + 90_000_000);
    expect(lasting(second)).toEqual(lasting(first));
    expect(
      readFileSync(join(out, "report.html"), "utf8").replaceAll(
        "2026-01-02T01:00:00Z",
        "2026-01-01T00:00:00Z",
      ),
    ).toBe(page);
  }, 60_000);

  it("refuses a file whose new records make its amounts read in another way", async () => {
    const place = mkdtempSync(join(folder, "reread-"));
    const input = join(place, "a.csv");
    const out = join(place, "out");
    writeFileSync(input, "id;amount\n1;1,234\n");
    expect(await run({ input, out })).toMatchObject({ amounts: { XXX: "1234.00" } });
    appendFileSync(input, "2;7,50\n");
    await expect(run({ input, out })).rejects.toMatchObject({
      code: "DEMO_OUTPUT_IN_USE",
      message: expect.stringMatching(/decimal point.*decimal comma/) as string,
    });
  }, 60_000);

  it("takes only what was added to the file, and writes a new snapshot", async () => {
    const place = mkdtempSync(join(folder, "grown-"));
    const input = join(place, "a.csv");
    const out = join(place, "out");
    writeFileSync(input, header + records(0, 100));
    const first = await run({ input, out });
    appendFileSync(input, `${records(100, 250)}t7,7.25,EUR,u0,Ann 0,card,p1,2024-01-08\n`);
    const grown = await run({ input, out });
    expect(first).toMatchObject({ read: 100, loaded: 100, snapshot: 1 });
    // The one that comes again was loaded by the run before.
    expect(grown).toMatchObject({
      read: 251,
      loaded: 250,
      droppedBy: { duplicate: 1 },
      snapshot: 2,
    });
    const whole = await run({ input, out: join(place, "whole") });
    expect({ ...lasting(grown), snapshot: 1 }).toEqual(lasting(whole));

    const db = await oracle(join(out, "warehouse.duckdb"));
    expect(
      await db.rows(
        "SELECT snapshot_version, sum(transaction_count) AS n FROM fact_user_transaction_summary GROUP BY ALL ORDER BY ALL",
      ),
    ).toEqual([
      { snapshot_version: "1", n: "100" },
      { snapshot_version: "2", n: "250" },
    ]);
  }, 60_000);

  it("takes a last line that had no line end, and goes on behind it", async () => {
    const place = mkdtempSync(join(folder, "cut-"));
    const input = join(place, "a.csv");
    const out = join(place, "out");
    writeFileSync(input, (header + records(0, 10)).trimEnd());
    expect(await run({ input, out })).toMatchObject({ read: 10, loaded: 10 });
    appendFileSync(input, `\n${records(10, 12)}`);
    expect(await run({ input, out })).toMatchObject({ read: 12, loaded: 12 });
  }, 60_000);

  it("refuses another input, mapping or seed, and says what to do", async () => {
    const place = mkdtempSync(join(folder, "other-"));
    const input = join(place, "a.csv");
    const out = join(place, "out");
    writeFileSync(input, header + records(0, 10));
    writeFileSync(join(place, "b.csv"), header + records(0, 10));
    writeFileSync(join(place, "map.json"), '{ "columns": { "amount": "amount" } }');
    await run({ input, out });
    const hint = "Give another folder with --out, or delete this one.";
    await expect(run({ input: join(place, "b.csv"), out })).rejects.toMatchObject({
      code: "DEMO_OUTPUT_IN_USE",
      hint,
    });
    await expect(run({ input, map: join(place, "map.json"), out })).rejects.toMatchObject({
      code: "DEMO_OUTPUT_IN_USE",
      hint,
    });
    await expect(run({ input, out, seed: 8 })).rejects.toMatchObject({
      code: "DEMO_OUTPUT_IN_USE",
      hint,
    });
    await expect(run({ out })).rejects.toMatchObject({ code: "DEMO_OUTPUT_IN_USE", hint });
  }, 60_000);

  it("refuses a file whose beginning has changed", async () => {
    const place = mkdtempSync(join(folder, "changed-"));
    const input = join(place, "a.csv");
    writeFileSync(input, header + records(0, 10));
    await run({ input, out: join(place, "out") });
    writeFileSync(input, header + records(5, 20));
    await expect(run({ input, out: join(place, "out") })).rejects.toMatchObject({
      code: "DEMO_INPUT_CHANGED",
      hint: expect.stringContaining("another folder with --out") as string,
    });
    writeFileSync(input, header + records(0, 4));
    await expect(run({ input, out: join(place, "out") })).rejects.toMatchObject({
      code: "DEMO_INPUT_CHANGED",
      message: expect.stringContaining(input) as string,
    });
  }, 60_000);
});
