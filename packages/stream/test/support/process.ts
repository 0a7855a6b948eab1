import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { Work } from "./worker.ts";

/** A running worker: see worker.ts. */
export interface Worker {
  readonly process: ChildProcess;
  /** Resolves with the first line that begins so; rejects when the worker ends before. */
  said(prefix: string): Promise<string>;
  /** Resolves when it has ended: "exit 0", "SIGKILL". */
  readonly ended: Promise<string>;
  readonly errors: () => string;
}

export function startWorker(work: Work): Worker {
  const script = join(import.meta.dirname, "worker.ts");
  const args = ["--conditions=@lakewright/source", script, JSON.stringify(work)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
  let errors = "";
  let rest = "";
  const listeners = new Set<() => void>();
  child.stdout.on("data", (bytes: Buffer) => {
    const parts = (rest + bytes.toString()).split("\n");
    rest = parts.pop()!;
    lines.push(...parts);
    for (const listener of listeners) listener();
  });
  child.stderr.on("data", (bytes: Buffer) => (errors += bytes.toString()));
  let over = false;
  const ended = new Promise<string>((resolve) =>
    child.once("close", (code, signal) => {
      over = true;
      resolve(signal ?? `exit ${code}`);
      for (const listener of listeners) listener();
    }),
  );
  const said = (prefix: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const line = lines.find((one) => one.startsWith(prefix));
        if (line === undefined && !over) return;
        listeners.delete(look);
        if (line !== undefined) resolve(line);
        else reject(new Error(`The worker ended before "${prefix}": ${errors}`));
      };
      listeners.add(look);
      look();
    });
  return { process: child, said, ended, errors: () => errors };
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
