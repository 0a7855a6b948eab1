import { spawnSync } from "node:child_process";

/** Runs a program to its end. @throws Error with what it said, where it fails or is not there. */
export function runCommand(command: string, args: readonly string[]): void {
  const done = spawnSync(command, args, { encoding: "utf8" });
  if (done.status !== 0) {
    throw new Error(`${command} ${args.join(" ")} failed: ${done.error?.message ?? done.stderr}`);
  }
}
