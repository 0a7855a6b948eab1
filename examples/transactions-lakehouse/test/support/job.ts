import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { DemoOptions } from "../../src/cli/options.ts";
import { runJob } from "../../src/job.ts";
import type { Summary } from "../../src/summary.ts";

const folders: string[] = [];

/** A folder that is gone when the tests of the file are over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "lakewright-demo-"));
  folders.push(folder);
  return folder;
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Runs the job in this process, silently. */
export function run(
  options: Partial<DemoOptions> & { readonly out: string },
  now = Date.now(),
): Promise<Summary> {
  const silent = { line: () => {}, step: () => ({ progress: () => {}, done: () => {} }) };
  return runJob(
    {
      input: undefined,
      map: undefined,
      warehouse: undefined,
      records: 5000,
      seed: 7,
      batchRows: 50_000,
      ...options,
    },
    { now, screen: silent },
  );
}

/** What does not depend on the time a run took. */
export function lasting({
  seconds: _s,
  cpuSeconds: _c,
  maxMemoryMb: _m,
  ...summary
}: Summary): Omit<Summary, "seconds" | "cpuSeconds" | "maxMemoryMb"> {
  return summary;
}
