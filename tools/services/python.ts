import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "./cache.ts";

/** What the checks by other engines need; pinned, so that a run can be repeated. */
const requirements = ["pyarrow==26.0.1", "deltalake==1.6.6"];

/**
 * The path of a Python that has pyarrow and delta-rs, in a private environment made on first use.
 *
 * @throws Error saying what is missing where there is no Python 3 or no package index.
 */
export function pythonWithEngines(): string {
  const folder = cacheFolder("python");
  const python = join(folder, "bin/python");
  const stamp = join(folder, "requirements.txt");
  const wanted = requirements.join("\n");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted && answers(python)) return python;
  if (!existsSync(python)) run("python3", ["-m", "venv", folder]);
  run(python, ["-m", "pip", "install", "--quiet", ...requirements]);
  if (!answers(python)) throw new Error(`${python} does not import pyarrow and deltalake`);
  writeFileSync(stamp, wanted);
  return python;
}

function answers(python: string): boolean {
  return spawnSync(python, ["-c", "import pyarrow, deltalake"]).status === 0;
}

function run(command: string, args: readonly string[]): void {
  const done = spawnSync(command, args, { encoding: "utf8" });
  if (done.status !== 0) {
    throw new Error(`${command} ${args.join(" ")} failed: ${done.error?.message ?? done.stderr}`);
  }
}
