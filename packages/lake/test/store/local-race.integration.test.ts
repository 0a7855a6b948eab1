import { fork } from "node:child_process";
import * as fs from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { localStore } from "../../src/store/local.ts";

test("of processes that race for each name one wins", async () => {
  const root = await fs.mkdtemp(join(tmpdir(), "lakewright-store-"));
  onTestFinished(() => fs.rm(root, { recursive: true }));
  const names = 50;
  const racers = Array.from({ length: 8 }, (_, id) => {
    const child = fork(join(import.meta.dirname, "racer.ts"), [root, String(id), String(names)], {
      execArgv: ["--conditions=@lakewright/source"],
    });
    return new Promise<string[]>((resolve, reject) => {
      child.once("message", (won) => resolve(won as string[]));
      child.once("error", reject);
      child.once("exit", (code) => code !== 0 && reject(new Error(`racer ${id} exited ${code}`)));
    });
  });
  const won = await Promise.all(racers);
  expect(won.flat().sort()).toEqual(Array.from({ length: names }, (_, i) => `n${i}`).sort());
  for (const [id, list] of won.entries()) {
    for (const name of list) {
      expect(new TextDecoder().decode(await localStore(root).get(name))).toBe(
        `racer ${id}`.repeat(50_000),
      );
    }
  }
});
