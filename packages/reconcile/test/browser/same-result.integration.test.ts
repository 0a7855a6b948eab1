import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { expect, it } from "vitest";
import { chromium, chromiumFlags } from "../../../../tools/services/chromium.ts";
import { linked } from "./page.ts";

function browser(): string | undefined {
  try {
    return chromium();
  } catch (error) {
    console.warn(`Skipped: ${(error as Error).message}`);
    return undefined;
  }
}

it(
  "a browser gives the model and clusters that Node gives, to the last bit",
  { timeout: 180_000 },
  async () => {
    const executable = browser();
    if (executable === undefined) return;
    const folder = mkdtempSync(join(tmpdir(), "lakewright-page-"));
    try {
      const built = await build({
        logLevel: "silent",
        configFile: false,
        resolve: { conditions: ["@lakewright/source", "browser", "import", "module", "default"] },
        build: {
          write: false,
          lib: { entry: join(import.meta.dirname, "page.ts"), formats: ["iife"], name: "page" },
        },
      });
      const [output] = Array.isArray(built) ? built : [built];
      if (!output || !("output" in output)) throw new Error("Nothing was built.");
      const { code } = output.output[0];
      const html = join(folder, "page.html");
      const run = `page.linked().then((text) => { document.body.textContent = text; });`;
      const script = `${code}\n${run}`.replaceAll("</script", "<\\/script");
      writeFileSync(html, `<!doctype html><meta charset="utf-8"><body><script>${script}</script>`);
      const flags = [...chromiumFlags, "--virtual-time-budget=60000", "--dump-dom"];
      const dom = execFileSync(executable, [...flags, `file://${html}`], {
        encoding: "utf8",
        maxBuffer: 1 << 28,
        stdio: ["ignore", "pipe", "ignore"],
      });
      const text = /<body>(.*)<\/body>/s.exec(dom)?.[1]?.trim();
      expect(text?.startsWith('{"model"'), text?.slice(0, 200)).toBe(true);
      expect(text === (await linked())).toBe(true);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
