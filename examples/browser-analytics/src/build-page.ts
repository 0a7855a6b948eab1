import { join } from "node:path";
import { build } from "vite";

/** Builds the page as static files, from the sources of the packages. */
export async function buildPage(out: string, base = "./"): Promise<void> {
  await build({
    root: join(import.meta.dirname, "../page"),
    base,
    configFile: false,
    logLevel: "warn",
    resolve: { conditions: ["@lakewright/source", "browser", "import", "module", "default"] },
    build: {
      outDir: out,
      emptyOutDir: true,
      target: "es2023",
      // The wasm of DuckDB is large and loaded only when SQL is asked for.
      chunkSizeWarningLimit: 1000,
      assetsInlineLimit: 0,
    },
  });
}
