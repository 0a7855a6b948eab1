import { spawn } from "node:child_process";
import { once } from "node:events";
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
    [["--records", "-5"], /^--records is "-5"\.$/],
    [["--seed", "-1"], /^--seed is "-1"\.$/],
    [["--out", "--records", "5"], /^--out needs a value\.$/],
    [["--help=yes"], /^--help takes no value\.$/],
    [["--map", "m.json"], /no --input/],
    [["--input", "a.csv", "--records", "5"], /--records is for generated/],
    [["stray"], /Unexpected argument 'stray'/],
    [["--input"], /^--input needs a value\.$/],
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
    ["a file of blank lines", () => file("a.csv", "\n\n"), "DEMO_INPUT", /is empty/],
    [
      "UTF-16 without a byte order mark",
      () => file("a.csv", Buffer.from("id,amount\n1,2\n", "utf16le")),
      "DEMO_INPUT",
      /zero bytes in its first line/,
    ],
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

  it("whose thousands of columns the hint does not all name", async () => {
    const names = Array.from({ length: 5000 }, (_, k) => `column${k}`).join(",");
    const error = await run({
      input: file("a.csv", `${names}\n`),
      out: join(place(), "out"),
    }).catch((caught: unknown) => caught);
    expect((error as { hint: string }).hint).toMatch(/column39 and 4960 more/);
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
      "a date format with a part twice",
      '{ "columns": { "amount": "sum", "created_at": "day" }, "formats": { "created_at": "yyyy-MM-dd dd" } }',
      /has the day twice/,
    ],
    [
      "a date format without a year",
      '{ "columns": { "amount": "sum", "created_at": "day" }, "formats": { "created_at": "HH:mm" } }',
      /has no year/,
    ],
    [
      "a format of what is no date",
      '{ "columns": { "amount": "sum" }, "formats": { "amount": "yyyy" } }',
      /formats\.amount: is no date/,
    ],
    [
      "a format of a column that is not mapped",
      '{ "columns": { "amount": "sum" }, "formats": { "created_at": "yyyy" } }',
      /formats\.created_at: needs a column/,
    ],
    [
      "a constant that is no date",
      '{ "columns": { "amount": "sum" }, "constants": { "created_at": "yesterday" } }',
      /constants\.created_at: "yesterday" is no date/,
    ],
    [
      "a constant that is no number",
      '{ "columns": { "amount": "sum" }, "constants": { "quantity": "many" } }',
      /constants\.quantity: "many" is no amount/,
    ],
    [
      "a constant currency in small letters",
      '{ "columns": { "amount": "sum" }, "constants": { "currency": "eur" } }',
      /three capital letters/,
    ],
    [
      "a rate of zero",
      '{ "columns": { "amount": "sum" }, "ratesToEur": { "USD": "0" } }',
      /more than zero/,
    ],
    [
      "a rate of the euro that is not 1",
      '{ "columns": { "amount": "sum" }, "ratesToEur": { "EUR": "2" } }',
      /ratesToEur\.EUR: is 1/,
    ],
    [
      "bounds no amount is between",
      '{ "columns": { "amount": "sum" }, "rules": { "minAmount": "10", "maxAmount": "9.99" } }',
      /minAmount: is above maxAmount/,
    ],
    [
      "a required column that is not mapped",
      '{ "columns": { "amount": "sum" }, "rules": { "required": ["user_id"] } }',
      /needs user_id in columns/,
    ],
    [
      "a delimiter that is a quote",
      '{ "columns": { "amount": "sum" }, "csv": { "delimiter": "\\"" } }',
      /csv\.delimiter: must be one ASCII character/,
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

  it("and does not say to leave out the amount, which is needed", async () => {
    const map = file("map.json", '{ "columns": { "amount": "total" } }');
    await expect(run({ input, map, out: join(place(), "out") })).rejects.toMatchObject({
      code: "DEMO_MISSING_COLUMN",
      hint: "The file has sum, day. Correct the mapping.",
    });
  });

  it("a missing mapping file", async () => {
    await expect(
      run({ input, map: "/nowhere/map.json", out: join(place(), "out") }),
    ).rejects.toMatchObject({ code: "DEMO_INVALID_MAPPING" });
  });
});

/** Opens a DuckDB file, says so, and stays. */
const holdOpen = `import { DuckDBInstance } from "@duckdb/node-api";
globalThis.held = await DuckDBInstance.create(process.argv[1]);
console.log("open");
setInterval(() => {}, 1000);`;

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

  it("a folder another process works on", async () => {
    const out = join(place(), "out");
    await run({ input, out });
    const warehouse = join(out, "warehouse.duckdb");
    const holder = spawn(process.execPath, ["--input-type=module", "-e", holdOpen, warehouse], {
      cwd: import.meta.dirname,
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      await once(holder.stdout, "data");
      await expect(run({ input, out })).rejects.toMatchObject({
        code: "DEMO_OUTPUT_IN_USE",
        message: expect.stringContaining(out) as string,
        hint: "Wait until it is done, or give another folder with --out.",
      });
    } finally {
      holder.kill();
      await once(holder, "exit");
    }
    expect(await run({ input, out })).toMatchObject({ read: 1 });
  }, 30_000);
});
