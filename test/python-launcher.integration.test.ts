import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { pythonEngines } from "../tools/services/python-engines.ts";
import { PYTHON_LAUNCHER } from "../tools/services/python.ts";

const PYTHON = "python3";
const hasPython = spawnSync(PYTHON, ["--version"]).status === 0;
if (!hasPython) console.warn(`Skipped, there is no ${PYTHON} here.`);

const folder = mkdtempSync(join(tmpdir(), "lakewright-launcher-"));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "beside.py"), "word = 'beside'\n");
const script = join(folder, "script.py");
writeFileSync(
  script,
  `
import pickle, sys
from beside import word
class Thing: pass
print(word, sys.argv, sys.path[0], __name__, __file__)
print(type(pickle.loads(pickle.dumps(Thing()))).__module__)
def end(how):
    if how == "raise": raise ValueError("für nichts")
    if how == "code": sys.exit(7)
    if how == "text": sys.exit("gone")
    if how == "nested": exec("1 +")
end(sys.argv[1])
`,
);

const ended = (...args: readonly string[]) => {
  const { status, signal, stdout, stderr } = spawnSync(PYTHON, args, { encoding: "utf8" });
  return { status, signal, stdout, stderr };
};

describe.runIf(hasPython)("the launcher of Python", () => {
  it.each(["well", "raise", "code", "text", "nested"])(
    "leaves a script as it is, which ends by: %s",
    (how) => {
      const plain = ended(script, how, "a b");
      expect(plain.stdout).toContain("beside");
      expect(ended(PYTHON_LAUNCHER, script, how, "a b")).toEqual(plain);
    },
  );

  it.each(["import sys; print(sys.argv, sys.path[0]); sys.exit()", "1 / 0", "x = ;"])(
    "leaves code as it is: %s",
    (code) => {
      // Some versions show a line of the code above the error, which others have from files only.
      const told = (...args: readonly string[]) => {
        const { stderr, ...rest } = ended(...args, "a");
        return { ...rest, error: stderr.trim().split("\n").at(-1) };
      };
      expect(told(PYTHON_LAUNCHER, "-c", code)).toEqual(told("-c", code));
    },
  );

  it("does not come to what aborts as Python ends, and loses nothing that was printed", () => {
    const code = "import atexit, os; atexit.register(os.abort); print('x' * 200_000)";
    expect(ended("-c", code).signal).toBe("SIGABRT");
    expect(ended(PYTHON_LAUNCHER, "-c", code)).toMatchObject({
      status: 0,
      stdout: `${"x".repeat(200_000)}\n`,
      stderr: "",
    });
  });
});

const engines = pythonEngines();

describe.runIf(engines)("the engines in Python", () => {
  it("answer with what was printed, or fail with what was said", () => {
    expect(engines!.json("-c", "import json, sys; print(json.dumps(sys.argv[1:]))", "é")).toEqual([
      "é",
    ]);
    expect(() => engines!.run("-c", "raise ValueError('so')")).toThrow(
      /Python code ended with 1: Traceback[^]*ValueError: so/,
    );
  });

  it.runIf(engines?.hasLinter)("do not take a check that breaks for a table without fault", () => {
    expect(() => engines!.lint(join(folder, "nothing"))).toThrow(/lint\.py ended with 1/);
  });
});
