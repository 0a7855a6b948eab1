import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { ErpError } from "../failure.ts";

export const engines = ["duckdb", "postgres", "mysql", "mariadb"] as const;
export type EngineName = (typeof engines)[number];

export const sources = ["postgres", "pglite", "duckdb"] as const;
export type SourceName = (typeof sources)[number];

export interface ErpOptions {
  /** Where silver and gold are. */
  readonly engine: EngineName;
  /** A server of the caller's for them; undefined starts one. */
  readonly url: string | undefined;
  /** What the ERP's database is. */
  readonly source: SourceName;
  /** The last day that passes: 1 or 2. */
  readonly day: number;
  readonly out: string;
  readonly seed: number;
  readonly scale: number;
  readonly json: boolean;
}

export const usage = `npm run example:erp -- [options]

  --engine NAME   where silver and gold are: duckdb (default), postgres, mysql, mariadb
  --url URL       a database of yours for them (default: a server is started; its data go when the run ends)
  --source NAME   the ERP's database: postgres (default, started for the run), pglite, duckdb
  --day N         1 (default): from empty; 2: a day passes after it, in which 1 % of the rows change
  --out DIR       where bronze, the warehouse and the dashboard go (default .erp)
  --seed N        of the generated company (default 7)
  --scale X       of its 670,349 rows, 0.01 to 1 (default 1)
  --json          the summary as JSON, and nothing else
  --help          this text

Started again on the same folder, it goes on from where it is.`;

/**
 * Reads the command line; paths are taken from the folder npm was started in.
 *
 * @returns undefined where help was asked for
 * @throws ErpError ERP_INVALID_OPTION
 */
export function readOptions(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): ErpOptions | undefined {
  const values = parsed(args);
  if (values.help) return undefined;
  const engine = oneOf("engine", values.engine ?? "duckdb", engines);
  if (values.url !== undefined && engine === "duckdb") {
    throw invalid("--url is for a server, and the engine is duckdb.", "Give --engine as well.");
  }
  return {
    engine,
    url: values.url,
    source: oneOf("source", values.source ?? "postgres", sources),
    day: number("day", values.day ?? "1", 1, 2, true),
    out: resolve(env["INIT_CWD"] ?? process.cwd(), values.out ?? ".erp"),
    seed: number("seed", values.seed ?? "7", 0, Number.MAX_SAFE_INTEGER, true),
    scale: number("scale", values.scale ?? "1", 0.01, 1, false),
    json: values.json ?? false,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: false,
      options: {
        engine: { type: "string" },
        url: { type: "string" },
        source: { type: "string" },
        day: { type: "string" },
        out: { type: "string" },
        seed: { type: "string" },
        scale: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw invalid(
      `${(error as Error).message.split(". ")[0]!.replace(/\.$/, "")}.`,
      "Run with --help to see the options.",
    );
  }
}

function oneOf<const N extends string>(option: string, value: string, known: readonly N[]): N {
  const found = known.find((name) => name === value);
  if (found !== undefined) return found;
  throw invalid(`--${option} is "${value}".`, `It is one of ${known.join(", ")}.`);
}

function number(
  option: string,
  text: string,
  least: number,
  most: number,
  isWhole: boolean,
): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most && (!isWhole || Number.isInteger(value))) return value;
  throw invalid(
    `--${option} is "${text}".`,
    `It must be a ${isWhole ? "whole " : ""}number from ${least} to ${most}.`,
  );
}

function invalid(message: string, hint: string): ErpError {
  return new ErpError("ERP_INVALID_OPTION", message, { hint });
}
