import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "../../../../tools/services/chromium.ts";
import { openPage } from "../../../../tools/services/browser-page.ts";
import { look, screenshot } from "../../../../tools/services/browser-view.ts";

/**
 * Takes the picture of the report the README shows.
 *
 *   node --conditions=@lakewright/source examples/transactions-lakehouse/test/browser/screenshot.ts .demo/report.html docs/images/report.png
 *
 * More arguments: width (1160), height (1500; 0 is the whole page), "dark".
 */
const [
  report = ".demo/report.html",
  image = "docs/images/report.png",
  width = "1160",
  height = "1500",
  scheme = "light",
] = process.argv.slice(2);
const page = await openPage(chromium());
try {
  await look(page, { width: Number(width), dark: scheme === "dark" });
  await page.open(pathToFileURL(resolve(report)).href);
  await screenshot(page, resolve(image), {
    width: Number(width),
    ...(height !== "0" && { height: Number(height) }),
  });
} finally {
  await page.close();
}
