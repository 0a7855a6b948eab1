import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import type { Summary } from "../src/summary.ts";
import { lasting, temporaryFolder } from "./support/job.ts";
import { pageNumbers } from "./support/page-numbers.ts";
import { ended, startDemo } from "./support/process.ts";

const POINTS = 12;
const args = (out: string): string[] => ["--records", "5000", "--batch-rows", "700", "--out", out];

it(`ends with the same numbers after being killed at ${POINTS} points of its work`, async () => {
  const folder = temporaryFolder();
  const undisturbed = join(folder, "undisturbed");
  expect((await ended(startDemo(args(undisturbed)))).code).toBe(0);
  const files = filesIn(undisturbed);

  const killed = join(folder, "killed");
  const kills: number[] = [];
  for (let point = 1; point <= POINTS; point++) {
    // Files are written from the first step to the last, so their number tells how far the work is.
    const at = Math.round((files * (point - 0.5)) / POINTS);
    const child = startDemo(args(killed));
    const end = ended(child);
    while (child.exitCode === null && filesIn(killed) < at) await sleep(1);
    child.kill("SIGKILL");
    await end;
    kills.push(filesIn(killed));
  }
  expect(
    new Set(kills).size,
    `killed at ${kills.join(", ")} of ${files} files`,
  ).toBeGreaterThanOrEqual(10);

  const last = await ended(startDemo(args(killed)));
  expect(last.stderr).toBe("");
  expect(
    readdirSync(killed, { recursive: true }).filter((name) => String(name).endsWith(".part")),
  ).toEqual([]);
  expect(summaryOf(killed)).toEqual(summaryOf(undisturbed));
  expect(numbersOf(killed)).toEqual(numbersOf(undisturbed));
}, 240_000);

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

function summaryOf(folder: string): object {
  const { input: _, ...summary } = lasting(
    JSON.parse(readFileSync(join(folder, "summary.json"), "utf8")) as Summary,
  );
  return summary;
}

function numbersOf(folder: string): Map<string, string> {
  return new Map(
    pageNumbers(readFileSync(join(folder, "report.html"), "utf8")).map(({ key, value }) => [
      key,
      value,
    ]),
  );
}
