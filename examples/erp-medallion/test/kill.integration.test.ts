import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { ended, lasting, run, startRun, temporaryFolder } from "./support/run.ts";

const POINTS = 6;
const args = (out: string): string[] => [
  ...["--scale", "0.01", "--source", "duckdb", "--day", "2"],
  ...["--out", out],
];

it(`ends with the same numbers after being killed at ${POINTS} points of its work`, async () => {
  const folder = temporaryFolder();
  const undisturbed = join(folder, "undisturbed");
  const began = performance.now();
  const wanted = await run(args(undisturbed));
  const took = performance.now() - began;
  const files = filesIn(undisturbed);

  const killed = join(folder, "killed");
  const kills: number[] = [];
  for (let point = 1; point <= POINTS; point++) {
    const child = startRun(args(killed));
    const end = ended(child);
    if (point <= POINTS / 2) {
      // Bronze writes files from its first table to its last: their number tells how far it is.
      const at = Math.round((files * (point - 0.5)) / (POINTS / 2));
      while (child.exitCode === null && filesIn(killed) < at) await sleep(1);
    } else {
      // Silver and gold are in one file: so far into a run that begins with them.
      await sleep((took * (point - POINTS / 2)) / POINTS);
    }
    child.kill("SIGKILL");
    await end;
    kills.push(filesIn(killed));
  }
  expect(new Set(kills).size, `killed at ${kills.join(", ")} of ${files}`).toBeGreaterThan(2);
  expect(lasting(await run(args(killed)))).toEqual(lasting(wanted));
}, 900_000);

function filesIn(folder: string): number {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    ).length;
  } catch {
    // It is not there yet, or a file in it went while it was looked at.
    return 0;
  }
}
