import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "@lakewright/core";
import { expect, it } from "vitest";
import { numbersOf } from "../support/oracle.ts";
import { pause, startWorker } from "../support/process.ts";
import { isBad, payload } from "../support/tables.ts";
import { tempFolder } from "../support/temp-folder.ts";

const TOTAL = 20_000;
const KILLS = 10;

it(
  `a file lands in two lake tables once, through ${KILLS} kills`,
  { timeout: 180_000 },
  async () => {
    const folder = tempFolder();
    const file = join(folder, "in.ndjson");
    const all = Array.from({ length: TOTAL }, (_, n) => n);
    writeFileSync(file, all.map((n) => `${payload(n)}\n`).join(""));
    const work = { name: "kill", source: { file }, sink: { lake: join(folder, "lake") } } as const;
    const random = seededRandom(7);

    let kills = 0;
    const seen: number[] = [];
    while (kills < KILLS) {
      const worker = startWorker(work);
      const flushes = Math.floor(random.next() * 6);
      await worker.said(flushes === 0 ? "running" : `flush ${flushes}`);
      await pause(random.next() * 40);
      worker.process.kill("SIGKILL");
      const end = await worker.ended;
      if (end !== "SIGKILL") break;
      kills++;
      seen.push((await numbersOf(join(folder, "lake/numbers"))).length);
    }
    expect(kills, "the file was read before all kills: make it longer").toBe(KILLS);
    // The kills came in the middle, and each run went on where the one before had stopped.
    expect(new Set(seen).size).toBeGreaterThan(KILLS / 2);
    expect(seen.at(-1)!).toBeLessThan(TOTAL);

    const last = startWorker(work);
    const done = await last.said("done");
    expect(await last.ended).toBe("exit 0");
    expect(JSON.parse(done.slice(5))).toMatchObject({ state: "end" });

    const good = all.filter((n) => !isBad(n));
    expect(await numbersOf(join(folder, "lake/numbers"))).toEqual(good);
    expect(await numbersOf(join(folder, "lake/flat"))).toEqual(good);
    const letters = await numbersOf(join(folder, "lake/dead_letters"), "line");
    expect(letters).toEqual(all.filter(isBad).map((n) => n + 1));
  },
);
