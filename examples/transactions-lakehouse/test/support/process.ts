import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

const main = join(import.meta.dirname, "../../src/main.ts");

/** Starts the job as a visitor does, in a process of its own. */
export function startDemo(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ["--conditions=@lakewright/source", main, ...args], {
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
