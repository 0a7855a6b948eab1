import { resolve } from "node:path";
import { chromium } from "../../../tools/services/chromium.ts";
import { look, screenshot } from "../../../tools/services/browser-view.ts";
import { serveFolders } from "../src/serve.ts";
import { Visitor } from "./support/visitor.ts";

/**
 * Takes the picture of the page the README shows, of what `npm run example:browser -- --build-only` has built.
 *
 *   node --conditions=@lakewright/source examples/browser-analytics/test/screenshot.ts .demo/browser docs/images/browser.png
 *
 * More arguments: width (1160), height (900; 0 is the whole page), "dark", the tab shown.
 */
const [
  built = ".demo/browser",
  image = "docs/images/browser.png",
  width = "1160",
  height = "900",
  scheme = "light",
  tab = "Charts",
] = process.argv.slice(2);
const folders = { "/": resolve(built, "site"), "/lake/": resolve(built, "lake") };
const server = await serveFolders(folders, { port: 0 });
const visitor = await Visitor.arrive(chromium());
try {
  await look(visitor.page, { width: Number(width), dark: scheme === "dark" });
  await visitor.open(server.url);
  await visitor.chooseVersion(17);
  await visitor.enter("#from", "2025-10-01");
  await visitor.enter("#group", "category");
  await visitor.settled();
  if (tab === "SQL")
    await visitor.runSql(
      "SELECT category, count(*) AS lines, sum(amount) AS amount\nFROM sales\nGROUP BY category\nORDER BY amount DESC",
    );
  else await visitor.showTab(tab);
  await new Promise((done) => setTimeout(done, 500));
  await screenshot(visitor.page, resolve(image), {
    width: Number(width),
    ...(height !== "0" && { height: Number(height) }),
  });
} finally {
  await visitor.leave();
  await server.close();
}
