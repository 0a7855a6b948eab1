import { join } from "node:path";
import { defineConfig } from "vitest/config";

// Not "import": Node is given them as well, and a CommonJS package (pg) would then require ES modules.
const conditions = ["@lakewright/source", "node", "module", "default"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      "packages/*/test/**/*.test.ts",
      "examples/*/test/**/*.test.ts",
      "conformance/test/**/*.test.ts",
      "test/**/*.test.ts",
    ],
    exclude: ["**/node_modules/**", "**/dist/**", "**/*.integration.test.ts"],
    // Tests start programs, which load the same sources: what one compiled the next ones take.
    env: {
      NODE_COMPILE_CACHE: join(import.meta.dirname, "node_modules/.cache/lakewright-compiled"),
    },
    // By default one core stays idle; with two cores that is half of them.
    maxWorkers: "100%",
    // Files share their modules: to load hundreds anew for each file takes longer than many tests.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
