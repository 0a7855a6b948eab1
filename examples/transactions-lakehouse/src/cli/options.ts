import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { DemoError } from "../failure.ts";

export interface DemoOptions {
  /** A file to run on; undefined for generated transactions. */
  readonly input: string | undefined;
  readonly map: string | undefined;
  readonly out: string;
  /** URL of the database the star schema is filled in; undefined for a DuckDB file in `out`. */
  readonly warehouse: string | undefined;
  readonly records: number;
  readonly seed: number;
  /** Records of one commit to the streams. */
  readonly batchRows: number;
}

export const usage = `npm run demo -- [options]

  --input FILE     run on FILE (.csv, .ndjson, .gz too) instead of generated transactions
  --map FILE       how its columns are named; without it they are matched by name
  --out DIR        where the lake, the warehouse and the report go (default .demo)
  --warehouse URL  a database for the star schema: postgres://, mysql:// or mariadb://
                   (default: a DuckDB file in DIR)
  --records N      transactions to generate (default 200000)
  --seed N         of the generator and the models (default 7)
  --batch-rows N   records of one commit to the streams (default 20000)
  --help           this text

Started again on the same folder, it goes on from where it is.`;

/**
 * Reads the command line; paths are taken from the folder npm was started in.
 *
 * @returns undefined where help was asked for
 * @throws DemoError DEMO_INVALID_OPTION
 */
export function readOptions(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): DemoOptions | undefined {
  const values = parsed(args);
  if (values.help) return undefined;
  const home = env["INIT_CWD"] ?? process.cwd();
  if (values.map !== undefined && values.input === undefined) {
    throw invalid(
      "--map is for a file of yours, and there is no --input.",
      "Give the file with --input FILE.",
    );
  }
  if (values.records !== undefined && values.input !== undefined) {
    throw invalid(
      "--records is for generated transactions, and --input gives a file.",
      "Leave one of them out.",
    );
  }
  return {
    input: values.input === undefined ? undefined : resolve(home, values.input),
    map: values.map === undefined ? undefined : resolve(home, values.map),
    out: resolve(home, values.out ?? ".demo"),
    warehouse: serverUrl(values.warehouse),
    records: whole("records", values.records ?? "200000", 1, 50_000_000),
    seed: whole("seed", values.seed ?? "7", 0, Number.MAX_SAFE_INTEGER),
    batchRows: whole("batch-rows", values["batch-rows"] ?? "20000", 1, 1_000_000),
  };
}

function serverUrl(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const { protocol, pathname } = URL.canParse(given)
    ? new URL(given)
    : { protocol: "", pathname: "" };
  if (SERVERS.includes(protocol) && pathname.length > 1) return given;
  // Not shown: it may have a password in it.
  throw invalid(
    "--warehouse is no URL of a database.",
    "Such a URL is postgres://user:password@host:5432/database, or mysql:// or mariadb://.",
  );
}

const SERVERS = ["postgres:", "postgresql:", "mysql:", "mariadb:"];

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: withNegatives(args),
      allowPositionals: false,
      options: {
        input: { type: "string" },
        map: { type: "string" },
        out: { type: "string" },
        warehouse: { type: "string" },
        records: { type: "string" },
        seed: { type: "string" },
        "batch-rows": { type: "string" },
        help: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw invalid(problemOf(error as NodeJS.ErrnoException), "Run with --help to see the options.");
  }
}

/** "--records -5" as "--records=-5", which is refused as the number it is: parseArgs takes "-5" for an option. */
function withNegatives(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1) ?? "";
    if (/^-\d/.test(arg) && /^--[a-z-]+$/.test(before)) joined.splice(-1, 1, `${before}=${arg}`);
    else joined.push(arg);
  }
  return joined;
}

/** What parseArgs complains of, in the words of this job. */
function problemOf({ code, message }: NodeJS.ErrnoException): string {
  const option = /--[a-z-]+/.exec(message)?.[0];
  if (code === "ERR_PARSE_ARGS_INVALID_OPTION_VALUE" && option !== undefined)
    return `${option} ${message.includes("does not take") ? "takes no" : "needs a"} value.`;
  return `${message.split(". ")[0]!.replace(/\.$/, "")}.`;
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw invalid(`--${name} is "${text}".`, `It must be a whole number from ${least} to ${most}.`);
}

function invalid(message: string, hint: string): DemoError {
  return new DemoError("DEMO_INVALID_OPTION", message, { hint });
}
