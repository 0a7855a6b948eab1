import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A program in Python that has imported what it needs, has its rows in memory and waits. */
export interface PythonJob {
  /** From its start until everything was imported, in milliseconds. */
  readonly importMs: number;
  /** The CPU time it has taken so far, in milliseconds. */
  readonly spentMs: number;
  /**
   * Lets it do its work, to the end; kills it at the limit.
   *
   * @throws Error with what it said where it fails
   */
  finish(limitMs: number): Promise<"done" | "stopped">;
}

/** Starts a script that says "imported" and "ready <CPU seconds>", and begins at a line. */
export function startJob(
  python: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<PythonJob> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(python, args, { env: { ...process.env, ...env } });
    let importMs = 0;
    let told = "";
    child.stderr.on("data", (text: Buffer) => (told = (told + text.toString()).slice(-8000)));
    const ended = new Promise<void>((done, fail) => {
      child.once("error", fail);
      child.once("close", (status) => {
        if (status === 0) done();
        else fail(new Error(`${args.join(" ").slice(0, 200)} ended with ${status}: ${told}`));
      });
    });
    ended.catch(reject);
    createInterface(child.stdout).on("line", (line) => {
      const [word, seconds] = line.split(" ");
      if (word === "imported") importMs = performance.now() - start;
      else if (word === "ready") {
        const finish = async (limitMs: number): Promise<"done" | "stopped"> => {
          child.stdin.end("go\n");
          let late = false;
          const limit = setTimeout(() => {
            late = true;
            child.kill("SIGKILL");
          }, limitMs);
          try {
            await ended;
            return "done";
          } catch (error) {
            if (late) return "stopped";
            throw error;
          } finally {
            clearTimeout(limit);
          }
        };
        resolve({ importMs, spentMs: Number(seconds) * 1000, finish });
      } else told = `${told}${line}\n`.slice(-8000);
    });
  });
}
