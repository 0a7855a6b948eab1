import { spawn } from "node:child_process";
import type { Program } from "../../tools/services/debian.ts";

/** Runs a program to its end. @throws Error with what it said where it fails. */
export function runProgram(
  { command, args }: Program,
  more: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args, ...more], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
    let out = "";
    let told = "";
    child.stdout.on("data", (text: Buffer) => (out += text.toString()));
    child.stderr.on("data", (text: Buffer) => (told = (told + text.toString()).slice(-8000)));
    child.once("error", reject);
    child.once("close", (status) => {
      if (status === 0) resolve(out);
      else
        reject(
          new Error(
            `${more.join(" ").slice(0, 200)} ended with ${status}: ${told}${out.slice(-2000)}`,
          ),
        );
    });
  });
}
