import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "../tools/services/chromium.ts";
import { pythonWithEngines } from "../tools/services/python.ts";

/** Everything that must hold, one step after the other; a failed step does not stop the rest. */
const started = Date.now();
const folder = mkdtempSync(join(tmpdir(), "lakewright-ci-"));
const env: Record<string, string | undefined> = { ...process.env, CI: "1", FORCE_COLOR: "0" };
let passed = 0;
let failed = 0;

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
}

function step(name: string, command: string, args: readonly string[]): void {
  const report = join(folder, `${passed + failed}.json`);
  const isTest = args.includes("--");
  console.log(`\n=== ${name} (${Math.round((Date.now() - started) / 1000)} s)`);
  const done = spawnSync(
    command,
    isTest
      ? [...args, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`]
      : args,
    { stdio: "inherit", env: env as NodeJS.ProcessEnv },
  );
  if (isTest && existsSync(report)) {
    const counts = JSON.parse(readFileSync(report, "utf8")) as VitestReport;
    passed += counts.numPassedTests;
    failed += counts.numFailedTests;
    if (done.status !== 0 && counts.numFailedTests === 0)
      failed += Math.max(1, counts.numFailedTestSuites);
    return;
  }
  record(name, done.status === 0);
}

function record(name: string, ok: boolean): void {
  if (ok) passed++;
  else failed++;
  console.log(`--- ${name}: ${ok ? "passed" : "FAILED"}`);
}

/** A service the integration tests use; they skip with its reason where it cannot be had, and that is a failure here. */
function need(name: string, variable: string, provide: () => string): void {
  try {
    env[variable] = provide();
    record(name, true);
  } catch (error) {
    console.error(String(error));
    record(name, false);
  }
}

step("types, lint, formatting", "npm", ["run", "check"]);
step("npm test", "npm", ["test", "--"]);
need("Python with pyarrow and delta-rs", "LAKEWRIGHT_PYTHON", pythonWithEngines);
need("Chromium", "LAKEWRIGHT_CHROMIUM", chromium);
step("integration tests", "npm", ["run", "test:integration", "--"]);
step("packages build and pack", "npm", ["run", "pack"]);
step("documentation", "npm", ["run", "docs"]);

console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
