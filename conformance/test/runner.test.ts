import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cp, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const tables = resolve("../shared/data/delta/tables");
const main = join(import.meta.dirname, "../src/main.ts");

interface Result {
  readonly status: number | null;
  readonly lines: readonly string[];
  readonly error: string;
}

function run(...args: readonly string[]): Result {
  const done = spawnSync(process.execPath, ["--conditions=@lakewright/source", main, ...args], {
    encoding: "utf8",
  });
  return { status: done.status, lines: done.stdout.trim().split("\n"), error: done.stderr };
}

describe("the runner", () => {
  test("says what suites there are", () => {
    const { status, error } = run("nope", ".");
    expect(status).toBe(2);
    expect(error).toContain("delta");
  });
  test("says that there is nothing to run", () => {
    expect(run("delta", "/nowhere").status).toBe(2);
    expect(run("delta", import.meta.dirname).status).toBe(2);
  });
});

const present = existsSync(tables);
if (!present) console.warn(`The tables of the delta suite are not run: ${tables} is missing.`);

describe.runIf(present)("the delta suite", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "lakewright-conformance-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("passes the acceptance tests of Delta", () => {
    const json = join(folder, "outcomes.json");
    const { status, lines } = run("delta", tables, "--only", "dat-v0.0.3", "--json", json);
    expect(lines.filter((line) => line.startsWith("FAIL"))).toEqual([]);
    expect(status).toBe(0);
    const last = JSON.parse(lines.at(-1)!) as { cases: number; passed: number; failed: number };
    expect(last).toMatchObject({ suite: "delta", failed: 0 });
    expect(last.passed).toBeGreaterThan(30);
    expect(JSON.parse(readFileSync(json, "utf8"))).toHaveLength(last.cases);
  });

  test("fails a table whose content is not what is expected", async () => {
    const name = "dat-v0.0.3__basic_append";
    await mkdir(join(folder, name));
    await cp(join(tables, name), join(folder, name), { recursive: true });
    const path = join(folder, name, "expected.json");
    const expected = JSON.parse(readFileSync(path, "utf8")) as {
      latest: { sha256: string; rows: object[] };
    };
    expected.latest.sha256 = expected.latest.sha256.replace(/^./, (digit) =>
      digit === "0" ? "1" : "0",
    );
    writeFileSync(path, JSON.stringify(expected));
    const { status, lines } = run("delta", join(folder, name));
    expect(status).toBe(1);
    expect(lines[0]).toMatch(/^FAIL dat-v0\.0\.3__basic_append latest: rows differ$/);
  });
});
