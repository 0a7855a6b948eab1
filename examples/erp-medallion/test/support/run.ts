import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Summary } from "../../src/summary.ts";

const main = join(import.meta.dirname, "../../src/main.ts");

/** Starts the example as a visitor does, in a process of its own. */
export function startRun(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ["--conditions=@lakewright/source", main, "--json", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function ended(child: ChildProcess): Promise<Ended> {
  const texts = { stdout: "", stderr: "" };
  child.stdout!.setEncoding("utf8").on("data", (text: string) => (texts.stdout += text));
  child.stderr!.setEncoding("utf8").on("data", (text: string) => (texts.stderr += text));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, ...texts })));
}

/** Runs it to its end. @throws Error with what it said, where it failed. */
export async function run(args: readonly string[]): Promise<Summary> {
  const { code, stdout, stderr } = await ended(startRun(args));
  if (code !== 0) throw new Error(`It ended with ${String(code)}: ${stderr}`);
  return JSON.parse(stdout) as Summary;
}

/** What must be the same however often a run was killed, and on whatever engine. */
export function lasting({ day, bronze, silver, gold, balances }: Summary): object {
  return { day, rows: bronze.rows, tables: bronze.tables, silver, gold, balances };
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "lakewright-erp-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
