import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readOptions } from "../src/cli/options.ts";
import { run, temporaryFolder } from "./support/job.ts";
import { ended, startDemo } from "./support/process.ts";

const folder = temporaryFolder();
const place = (): string => mkdtempSync(join(folder, "case-"));

function file(name: string, content: string | Uint8Array): string {
  const path = join(place(), name);
  writeFileSync(path, content);
  return path;
}

describe("the command line", () => {
  it.each([
    [["--frobnicate"], /Unknown option '--frobnicate'/],
    [["--records", "many"], /--records is "many"/],
    [["--records", "0"], /--records is "0"/],
    [["--seed", "-1"], /seed/],
    [["--map", "m.json"], /no --input/],
    [["--input", "a.csv", "--records", "5"], /--records is for generated/],
    [["stray"], /Unexpected argument 'stray'/],
    [["--input"], /--input/],
  ])("%j is refused", (args, message) => {
    expect(() => readOptions(args, {})).toThrow(
      expect.objectContaining({
        code: "DEMO_INVALID_OPTION",
        message: expect.stringMatching(message) as string,
      }) as Error,
    );
  });

  it("takes paths from the folder npm was started in", () => {
    expect(
      readOptions(["--input", "a.csv", "--out", "o"], { INIT_CWD: "/home/ada" }),
    ).toMatchObject({ input: "/home/ada/a.csv", out: "/home/ada/o" });
  });

  it("ends with 1 and one message without a stack", async () => {
    const { code, stdout, stderr } = await ended(
      startDemo(["--input", "/nowhere/a.csv", "--out", join(place(), "out")]),
    );
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toBe(
      "DEMO_INPUT: There is no file /nowhere/a.csv.\n  Paths are taken from the folder npm was started in.\n",
    );
  }, 30_000);

  it("prints its options", async () => {
    const { code, stdout } = await ended(startDemo(["--help"]));
    expect(code).toBe(0);
    expect(stdout).toContain("--batch-rows N");
  }, 30_000);
});

describe("input that cannot be used is an error that says why", () => {
  it.each([
    ["a missing file", () => join(place(), "no.csv"), "DEMO_INPUT", /There is no file/],
    ["a folder", () => place(), "DEMO_INPUT", /is a folder/],
    ["an empty file", () => file("a.csv", ""), "DEMO_INPUT", /is empty/],
    ["a broken .gz", () => file("a.csv.gz", "not packed"), "DEMO_INPUT", /named as a packed file/],
    ["a JSON array", () => file("a.json", '[{"amount":1}]'), "DEMO_INPUT", /is a JSON array/],
    [
      "a file without amounts",
      () => file("a.csv", "name,age\nann,5\n"),
      "DEMO_MISSING_COLUMN",
      /no column that is known to be an amount/,
    ],
    [
      "a header with a name twice",
      () => file("a.csv", "amount,x,x\n1,2,3\n"),
      "STREAM_CSV_HEADER",
      /twice|"x"/,
    ],
  ])("%s", async (_, path, code, message) => {
    const out = join(place(), "out");
    await expect(run({ input: path(), out })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  });

  it("and leaves no folder behind", async () => {
    const out = join(place(), "out");
    await expect(run({ input: file("a.csv", "x\n1\n"), out })).rejects.toThrow(/amount/);
    expect(existsSync(out)).toBe(false);
  });
});

describe("a mapping that cannot be used is an error that says why", () => {
  const input = file("a.csv", "sum,day\n1,2024-01-01\n");
  it.each([
    ["no JSON", "{", /is no JSON/],
    ["an unknown key", '{ "columns": { "amount": "sum" }, "colums": {} }', /colums/],
    ["an unknown column of ours", '{ "columns": { "amount": "sum", "betrag": "sum" } }', /betrag/],
    ["no amount", '{ "columns": { "created_at": "day" } }', /must name the column of the amount/],
    [
      "a number for a decimal",
      '{ "columns": { "amount": "sum" }, "ratesToEur": { "USD": 0.92 } }',
      /decimal text in quotes/,
    ],
    [
      "a column the file has not",
      '{ "columns": { "amount": "sum", "user_id": "who" } }',
      /lacks column "who"/,
    ],
    [
      "a date format that is none",
      '{ "columns": { "amount": "sum", "created_at": "day" }, "formats": { "created_at": "YYYY-MM" } }',
      /"YYYY" in "YYYY-MM" is no part of a date/,
    ],
    [
      "a blacklist without users",
      '{ "columns": { "amount": "sum" }, "blacklist": ["x"] }',
      /needs user_id/,
    ],
  ])("%s", async (_, text, message) => {
    const map = file("map.json", text);
    await expect(run({ input, map, out: join(place(), "out") })).rejects.toThrow(message);
  });

  it("a missing mapping file", async () => {
    await expect(
      run({ input, map: "/nowhere/map.json", out: join(place(), "out") }),
    ).rejects.toMatchObject({ code: "DEMO_INVALID_MAPPING" });
  });
});

describe("an output folder that cannot be used is an error that says why", () => {
  const input = file("a.csv", "amount\n1\n");

  it("a file in its place", async () => {
    await expect(run({ input, out: file("out", "x") })).rejects.toMatchObject({
      code: "DEMO_OUTPUT",
      message: expect.stringMatching(/file in its place/) as string,
    });
  });

  it("a folder of something else", async () => {
    const out = place();
    mkdirSync(join(out, "photos"));
    await expect(run({ input, out })).rejects.toMatchObject({
      code: "DEMO_OUTPUT",
      message: expect.stringMatching(/"photos"/) as string,
    });
  });
});
