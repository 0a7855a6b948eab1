import { defineConfig, mergeConfig } from "vitest/config";
import base from "./vitest.config.ts";

/** Tests that need a real server, a browser or a Python engine; each skips with a printed reason where it cannot have one. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: ["**/node_modules/**", "**/dist/**"] } },
  defineConfig({
    test: {
      include: [
        "{packages,examples}/*/test/**/*.integration.test.ts",
        "test/**/*.integration.test.ts",
      ],
      testTimeout: 300_000,
      hookTimeout: 300_000,
      fileParallelism: false,
      isolate: true,
    },
  }),
);
