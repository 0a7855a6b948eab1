import { expect, it } from "vitest";
import { readOptions } from "../src/cli/options.ts";
import { ErpError } from "../src/failure.ts";

const env = { INIT_CWD: "/home/me" };

function refusal(args: readonly string[]): string {
  try {
    readOptions(args, env);
  } catch (error) {
    if (error instanceof ErpError && error.code === "ERP_INVALID_OPTION")
      return `${error.message} ${error.hint ?? ""}`;
    throw error;
  }
  return "";
}

it("runs day 1 of the whole company from Postgres to DuckDB where nothing is said", () => {
  expect(readOptions([], env)).toEqual({
    engine: "duckdb",
    url: undefined,
    source: "postgres",
    day: 1,
    out: "/home/me/.erp",
    seed: 7,
    scale: 1,
    json: false,
  });
});

it("takes a folder from where npm was started", () => {
  expect(readOptions(["--out", "there", "--day", "2"], env)).toMatchObject({
    out: "/home/me/there",
    day: 2,
  });
});

it("gives help before anything else is looked at", () => {
  expect(readOptions(["--help", "--day", "9"], env)).toBeUndefined();
});

it.each([
  [["--engine", "oracle"], /--engine is "oracle"\. It is one of duckdb, postgres/],
  [["--source", "mysql"], /--source is "mysql"/],
  [["--day", "3"], /--day is "3"\. It must be a whole number from 1 to 2/],
  [["--day", "1.5"], /--day is "1\.5"/],
  [["--scale", "0"], /--scale is "0"\. It must be a number from 0\.01 to 1/],
  [["--seed", "x"], /--seed is "x"/],
  [["--url", "postgres://h/d"], /--url is for a server/],
  [["--days", "2"], /Unknown option '--days'/],
  [["all"], /Unexpected argument 'all'/],
])("refuses %j", (args, said) => {
  expect(refusal(args)).toMatch(said);
});
