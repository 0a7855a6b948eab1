import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { isLakeError, openTable } from "../../src/index.ts";
import { localStore } from "../../src/node.ts";

/** Tables of the corpus that are damaged on purpose, or by hand, and how. */
const damaged: Readonly<Record<string, readonly string[]>> = {
  "kernel-rs-golden__corrupted-last-checkpoint-kernel": ["wrong-last-checkpoint"],
  "kernel-rs-data__parsed-stats": ["checkpoint-differs", "wrong-statistics"],
};

test(
  "tables of other writers are sound, but for those that were damaged",
  { timeout: 60_000 },
  async () => {
    const corpus = resolve("../shared/data/delta/tables");
    if (!existsSync(corpus)) {
      console.warn(`Tables of other writers are not verified: ${corpus} is missing.`);
      return;
    }
    let sound = 0;
    for (const name of readdirSync(corpus)) {
      const text = readFileSync(`${corpus}/${name}/expected.json`, "utf8");
      if ((JSON.parse(text) as { category: string }).category !== "read") continue;
      const lake = await openTable(localStore(`${corpus}/${name}/delta`)).catch(
        (error: unknown) => {
          if (isLakeError(error, "LAKE_UNSUPPORTED_FEATURE")) return undefined;
          throw error;
        },
      );
      if (!lake) continue;
      const { findings } = await lake.verify({ depth: "data" });
      expect([...new Set(findings.map(({ kind }) => kind))], name).toEqual(damaged[name] ?? []);
      sound++;
    }
    expect(sound).toBeGreaterThan(110);
  },
);
