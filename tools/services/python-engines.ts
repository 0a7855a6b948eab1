import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { PYTHON_LAUNCHER, pythonWithEngines } from "./python.ts";

/** pyarrow and delta-rs, the judges of tests. */
export interface PythonEngines {
  /**
   * What a script, or `-c` and code, prints.
   *
   * @throws Error with the standard error of it, where it does not end well.
   */
  run(...args: readonly string[]): string;
  /** {@link run}, of what prints one JSON value. */
  json(...args: readonly string[]): unknown;
  /** Whether the linter of Delta tables is at hand. */
  readonly hasLinter: boolean;
  /**
   * The complaints of an independent check of a table's log, Parquet types and statistics: `ERROR …` and `warn …`.
   * None, with the reason printed, where the linter is not at hand.
   *
   * @throws Error where the check itself fails.
   */
  lint(table: string): readonly string[];
}

/** The engines in Python; undefined, with the reason printed, where they cannot be had. */
export function pythonEngines(): PythonEngines | undefined {
  let python: string;
  try {
    python = pythonWithEngines();
  } catch (error) {
    console.warn(`Skipped, there is no pyarrow and delta-rs here: ${String(error)}`);
    return undefined;
  }
  const linter = resolve("../shared/tools/delta/lint.py");
  const hasLinter = existsSync(linter);
  if (!hasLinter) console.warn(`Tables are not linted: ${linter} is missing.`);
  const run = (...args: readonly string[]): string => answer(python, args).stdout;
  return {
    run,
    json: (...args) => JSON.parse(run(...args)),
    hasLinter,
    lint(table) {
      if (!hasLinter) return [];
      // It ends with 1 where it found errors, as a check that breaks does.
      const isFound = ({ status, stdout }: Answer): boolean => status === 1 && stdout !== "";
      const { stdout } = answer(python, [linter, table], isFound);
      return stdout.split("\n").filter((line) => line.trim() !== "");
    },
  };
}

interface Answer {
  readonly status: number | null;
  readonly stdout: string;
}

function answer(
  python: string,
  args: readonly string[],
  isExpected: (answer: Answer) => boolean = () => false,
): Answer {
  const options = { encoding: "utf8", maxBuffer: 2 ** 28 } as const;
  const done = spawnSync(python, [PYTHON_LAUNCHER, ...args], options);
  if (done.error) throw done.error;
  if (done.status !== 0 && !isExpected(done)) {
    const what = args[0] === "-c" ? "Python code" : args[0];
    throw new Error(`${what} ended with ${done.status ?? done.signal}: ${done.stderr}`);
  }
  return done;
}
