import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { expect, it } from "vitest";
import { openPage } from "../../../../tools/services/browser-page.ts";
import { chromium } from "../../../../tools/services/chromium.ts";

function executable(): string | undefined {
  try {
    return chromium();
  } catch (error) {
    console.warn(`Skipped, there is no Chromium here: ${String(error)}`);
    return undefined;
  }
}

async function script(): Promise<string> {
  const built = await build({
    logLevel: "silent",
    configFile: false,
    resolve: { conditions: ["@lakewright/source", "browser", "import", "module", "default"] },
    build: {
      write: false,
      minify: false,
      lib: {
        entry: join(import.meta.dirname, "browser-page.ts"),
        formats: ["iife"],
        name: "page",
      },
    },
  });
  const [output] = Array.isArray(built) ? built : [built];
  if (!output || !("output" in output)) throw new Error("Nothing was built.");
  return output.output[0].code;
}

const found = executable();

it.skipIf(found === undefined)(
  "runs in a browser: loads, reads exact values, rolls back, interrupts its worker",
  { timeout: 120_000 },
  async () => {
    const file = (name: string): Buffer =>
      readFileSync(fileURLToPath(import.meta.resolve(`@duckdb/duckdb-wasm/dist/${name}`)));
    const files = new Map<string, readonly [type: string, body: string | Buffer]>([
      ["/page.js", ["text/javascript; charset=utf-8", await script()]],
      ["/worker.js", ["text/javascript; charset=utf-8", file("duckdb-browser-eh.worker.js")]],
      ["/duckdb-eh.wasm", ["application/wasm", file("duckdb-eh.wasm")]],
    ]);
    const server = createServer((request, response) => {
      const [type, body] = files.get(request.url ?? "") ?? [
        "text/html",
        '<!doctype html><script src="/page.js"></script>',
      ];
      response.setHeader("content-type", type);
      response.end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const page = await openPage(found!);
    try {
      await page.send("Network.disable");
      await page.open(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      const answer = await page.evaluate<Record<string, unknown>>("page.work(location.origin)");
      expect(answer).toMatchObject({
        loaded: 100_000,
        row: {
          sale: String(2n ** 60n + 99_999n),
          total: "4999950010.0000",
          last: "99999",
        },
        undone: "SQL_CONSTRAINT",
        late: "SQL_TIMEOUT",
        read: 100_000,
      });
      expect(answer["lateMs"]).toBeLessThan(10_000);
    } finally {
      await page.close();
      server.close();
      server.closeAllConnections();
    }
  },
);
