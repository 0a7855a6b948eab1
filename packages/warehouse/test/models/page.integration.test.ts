import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { int64, nullable, utf8 } from "@lakewright/core";
import { sql } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import {
  acceptedValues,
  defineProject,
  expression,
  model,
  modelsPage,
  runModels,
} from "@lakewright/warehouse/models";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPage, type Page } from "../../../../tools/services/browser-page.ts";
import { look, screenshot } from "../../../../tools/services/browser-view.ts";
import { chromium } from "../../../../tools/services/chromium.ts";
import { fillStar, star, totals } from "./star.ts";
import { ticking } from "./support.ts";

const executable = ((): string | undefined => {
  try {
    return chromium();
  } catch (error) {
    console.warn(`skipped: ${(error as Error).message}`);
    return undefined;
  }
})();

const hostile = '<script>document.title = "taken"</script> & "quotes" \'x\'';
const odd = model("odd_<b>name</b>", {
  description: hostile,
  columns: { 'a "b"': nullable(utf8()), lines: int64() },
  docs: { lines: hostile },
  tags: ["<i>tag</i>"],
  tests: [
    acceptedValues('a "b"', ["none of them"], { severity: "warn", name: hostile }),
    expression(sql`lines > 0`),
  ],
  select: ({ ref }) =>
    sql`SELECT region AS ${sql`"a ""b"""`}, lines FROM ${ref(totals)} WHERE '</pre><script>' <> region`,
});
const wrong = model("wrong", {
  columns: { lines: int64() },
  tests: [expression(sql`lines < 0`)],
  select: ({ ref }) => sql`SELECT lines FROM ${ref(odd)}`,
});
const late = model("late", {
  columns: { lines: int64() },
  select: ({ ref }) => sql`SELECT lines FROM ${ref(wrong)}`,
});

describe.skipIf(executable === undefined)(
  "the page of models in Chromium, opened from disk",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "lakewright-models-"));
    const pictures = process.env["LAKEWRIGHT_PICTURES"] ?? folder;
    const address = pathToFileURL(join(folder, "models.html")).href;
    const requests: string[] = [];
    const complaints: string[] = [];
    let page: Page;

    beforeAll(async () => {
      await using engine = duckdb(":memory:");
      await fillStar(engine);
      const project = defineProject([...star.models, late]);
      const runs = await runModels(engine, project, { clock: ticking() });
      writeFileSync(
        join(folder, "models.html"),
        await modelsPage(project, { runs, parser: engine, title: "Gold & <models>" }),
      );
      page = await openPage(executable!);
      page.on((method, params) => {
        if (method === "Network.requestWillBeSent")
          requests.push((params["request"] as { url: string }).url);
        if (method === "Log.entryAdded") complaints.push(JSON.stringify(params["entry"]));
        if (method === "Runtime.exceptionThrown") complaints.push(JSON.stringify(params));
      });
      await look(page, { width: 1160, dark: false });
      await page.open(address);
    }, 120_000);

    afterAll(async () => {
      await page?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    it("asks for nothing but itself, and nothing complains", () => {
      expect(requests.filter((url) => !url.startsWith("data:"))).toEqual([address]);
      expect(complaints).toEqual([]);
    });

    it("draws every table in the graph, readers right of what they read, none on another", async () => {
      const boxes = await page.evaluate<{ x: number; y: number; w: number; h: number }[]>(
        `[...document.querySelectorAll(".node rect")].map((rect) => ({ x: +rect.getAttribute("x"), y: +rect.getAttribute("y"), w: +rect.getAttribute("width"), h: +rect.getAttribute("height") }))`,
      );
      expect(boxes).toHaveLength(star.models.length + 5);
      boxes.forEach((a, k) => {
        for (const b of boxes.slice(k + 1)) {
          const apart =
            a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
          expect(apart).toBe(true);
        }
      });
      const edges = await page.evaluate<[number, number][]>(
        `[...document.querySelectorAll(".edge")].map((edge) => [+edge.dataset.from, +edge.dataset.to])`,
      );
      expect(edges.length).toBeGreaterThan(10);
      for (const [from, to] of edges) expect(boxes[from]!.x).toBeLessThan(boxes[to]!.x);
    });

    it("shows names and texts as they are, and runs none of them", async () => {
      expect(await page.evaluate<string>("document.title")).toBe("Gold & <models>");
      const text = await page.evaluate<string>("document.body.textContent");
      expect(text).toContain(hostile);
      expect(text).toContain("odd_<b>name</b>");
      expect(text).toContain("</pre><script>");
      expect(await page.evaluate<number>("document.querySelectorAll('b, i').length")).toBe(0);
    });

    it("says how each run and test ended", async () => {
      const of = (name: string): Promise<string> =>
        page.evaluate<string>(
          `document.querySelector('.table[data-name=${JSON.stringify(name)}]').textContent`,
        );
      expect(await of("mt_pricing")).toMatch(/Last run: success, 3 rows, 3 of them written/);
      expect(await of("wrong")).toMatch(/Last run: failed.*fails the test/s);
      expect(await of("wrong")).toMatch(/✗ failed: \d+/);
      expect(await of("late")).toContain('it reads "wrong", which did not succeed');
      expect(await of("odd_<b>name</b>")).toMatch(/✗ warned: \d+/);
    });

    it("follows a column to the columns it comes from", async () => {
      const marked = await page.evaluate<string[]>(`(() => {
      const table = document.querySelector('.table[data-name="mt_history"]');
      [...table.querySelectorAll(".column")].find((of) => of.textContent.trim() === "revenue").click();
      return [...document.querySelectorAll("tr.used")].map((row) => row.closest(".table").dataset.name + "." + row.querySelector("th").textContent.trim()).sort();
    })()`);
      expect(marked).toEqual(["mt_history.revenue", "mt_lines.price", "mt_shares.revenue"]);
      const traced = await page.evaluate<string[]>(
        `[...document.querySelectorAll(".node.traced title")].map((title) => title.textContent).sort()`,
      );
      expect(traced).toEqual(["mt_history", "mt_lines", "mt_shares"]);
      await screenshot(page, join(pictures, "models-light.png"), { width: 1160 });
    });

    it("fits a telephone, and the dark", async () => {
      await look(page, { width: 360, dark: true });
      expect(
        await page.evaluate<number>("document.documentElement.scrollWidth"),
      ).toBeLessThanOrEqual(360);
      const background = await page.evaluate<string>(
        "getComputedStyle(document.body).backgroundColor",
      );
      expect(background).toBe("rgb(13, 17, 23)");
      await screenshot(page, join(pictures, "models-360.png"), { width: 360, height: 2400 });
    });
  },
);
