import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromium } from "../../../tools/services/chromium.ts";
import { openPage, type Page } from "../../../tools/services/browser-page.ts";
import { look } from "../../../tools/services/browser-view.ts";
import { run, temporaryFolder } from "./support/job.ts";

const executable = ((): string | undefined => {
  try {
    return chromium();
  } catch (error) {
    console.warn(`skipped: ${(error as Error).message}`);
    return undefined;
  }
})();

describe.skipIf(executable === undefined)("the report in Chromium, opened from disk", () => {
  let page: Page;
  const complaints: string[] = [];
  const requests: string[] = [];
  let address: string;

  beforeAll(async () => {
    const out = temporaryFolder();
    await run({ out, records: 60_000 });
    address = pathToFileURL(join(out, "report.html")).href;
    page = await openPage(executable!);
    page.on((method, params) => {
      if (method === "Network.requestWillBeSent")
        requests.push((params["request"] as { url: string }).url);
      if (method === "Log.entryAdded") complaints.push(JSON.stringify(params["entry"]));
      if (method === "Runtime.consoleAPICalled") complaints.push(JSON.stringify(params["args"]));
      if (method === "Runtime.exceptionThrown")
        complaints.push(JSON.stringify(params["exceptionDetails"]));
    });
    await look(page, { width: 1160, dark: false });
    await page.open(address);
  }, 200_000);

  afterAll(() => page?.close());

  it("asks for nothing but itself, and nothing complains", () => {
    expect(requests).toEqual([address]);
    expect(complaints).toEqual([]);
  });

  it("draws every chart: each has marks with a size", async () => {
    const charts = await page.evaluate<{ label: string; marks: number; drawn: number }[]>(`
      [...document.querySelectorAll(".chart")].map((chart) => {
        const marks = [...chart.querySelectorAll(".mark, .fill")];
        const drawn = marks.filter((mark) => { const box = mark.getBoundingClientRect(); return box.width > 0 && box.height > 0; });
        return { label: chart.getAttribute("aria-label") ?? chart.textContent.trim().slice(0, 40), marks: marks.length, drawn: drawn.length };
      })`);
    expect(charts.length).toBeGreaterThanOrEqual(9);
    for (const chart of charts) expect(chart.drawn, chart.label).toBeGreaterThan(0);
    const empty = charts.filter(({ marks }) => marks === 0);
    expect(empty).toEqual([]);
  });

  it("draws columns as high as their numbers", async () => {
    const columns = await page.evaluate<{ value: number; height: number }[]>(`
      [...document.querySelectorAll('[data-key^="hour."]')].map((mark) => ({ value: Number(mark.dataset.value), height: mark.getBoundingClientRect().height }))`);
    expect(columns).toHaveLength(24);
    const scale =
      Math.max(...columns.map(({ height }) => height)) /
      Math.max(...columns.map(({ value }) => value));
    for (const { value, height } of columns) expect(height).toBeCloseTo(value * scale, 0);
  });

  it.each([
    { width: 360, dark: false },
    { width: 360, dark: true },
    { width: 768, dark: false },
    { width: 1160, dark: true },
  ])(
    "fits a width of $width px, dark: $dark; text can be read and nothing sticks out",
    async (view) => {
      await look(page, view);
      const found = await page.evaluate<{
        scrolls: number;
        outside: string[];
        small: string[];
        faint: string[];
      }>(measure);
      expect(found.scrolls).toBeLessThanOrEqual(view.width);
      expect(found.outside).toEqual([]);
      expect(found.small).toEqual([]);
      expect(found.faint).toEqual([]);
    },
  );

  it("is dark where the reader's system is", async () => {
    const brightness = async (dark: boolean): Promise<number> => {
      await look(page, { width: 1160, dark });
      return page.evaluate(
        `getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number).reduce((a, b) => a + b) / 3`,
      );
    };
    expect(await brightness(false)).toBeGreaterThan(200);
    expect(await brightness(true)).toBeLessThan(60);
  });

  it("names every table and chart for those who cannot see them", async () => {
    const unnamed = await page.evaluate<string[]>(`[
      ...[...document.querySelectorAll("table")].filter((t) => !t.caption?.textContent.trim()).map(() => "table"),
      ...[...document.querySelectorAll("svg")].filter((s) => s.getAttribute("role") !== "img" || !s.getAttribute("aria-label")).map(() => "svg"),
      ...[...document.querySelectorAll("th")].filter((h) => !h.getAttribute("scope")).map((h) => h.textContent),
    ]`);
    expect(unnamed).toEqual([]);
  });
});

/** What is too wide, too small (as it is on the screen), or too faint against its ground (WCAG: 4.5 to 1). */
const measure = `(() => {
  const luminance = (color) => {
    const [r, g, b] = color.match(/[\\d.]+/g).slice(0, 3).map((part) => {
      const share = Number(part) / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (!/rgba\\(0, 0, 0, 0\\)/.test(color)) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const shown = [...document.querySelectorAll("h1, h2, h3, p, th, td, caption, a, li, span, data, time, figcaption, svg text")]
    .filter((element) => element.textContent.trim() !== "" && element.getBoundingClientRect().width > 2 && getComputedStyle(element).visibility === "visible")
    .filter((element) => !element.closest("thead") || getComputedStyle(element.closest("thead")).position !== "absolute");
  const name = (element) => element.tagName + ": " + element.textContent.trim().slice(0, 30);
  const contrast = (element) => {
    const style = getComputedStyle(element);
    const [a, b] = [luminance(element.closest("svg") ? style.fill : style.color), luminance(ground(element))].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const textHeight = (element) => {
    const size = parseFloat(getComputedStyle(element).fontSize);
    const svg = element.closest("svg");
    return svg ? size * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : size;
  };
  return {
    scrolls: document.documentElement.scrollWidth,
    outside: shown.filter((element) => { const box = element.getBoundingClientRect(); return box.right > innerWidth + 1 || box.left < -1; }).map(name),
    small: shown.filter((element) => textHeight(element) < 9.5).map(name),
    faint: shown.filter((element) => contrast(element) < 4.5).map((element) => name(element) + " " + contrast(element).toFixed(2)),
  };
})()`;
