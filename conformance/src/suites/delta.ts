import { isLakewrightError } from "@lakewright/core";
import { localStore } from "@lakewright/lake/node";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type Case, casesOf } from "../delta/cases.ts";
import type { Expected } from "../delta/expected.ts";
import type { Outcome, Suite } from "../suite.ts";

/** Delta tables with expected content: rows of every version, snapshots of logs, tables to be refused. */
export const suite: Suite = {
  async *run({ path, wants, metric }) {
    const tables = tablesIn(path);
    let rejected = 0;
    for (const folder of tables) {
      const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Expected;
      for (const one of casesOf(expected)) {
        const name = `${basename(folder)} ${one.name}`;
        if (!wants(name)) continue;
        if (one.refuses) rejected++;
        yield { case: name, ...(await judge(one, join(folder, "delta"))) };
      }
    }
    metric("tables", tables.length);
    metric("refusals", rejected);
  },
};

function tablesIn(path: string): readonly string[] {
  if (existsSync(join(path, "expected.json"))) return [path];
  return readdirSync(path)
    .sort()
    .map((name) => join(path, name))
    .filter((folder) => existsSync(join(folder, "expected.json")));
}

type Verdict = Outcome extends infer O ? (O extends Outcome ? Omit<O, "case"> : never) : never;

async function judge(one: Case, folder: string): Promise<Verdict> {
  try {
    await one.check(localStore(folder));
    return one.refuses
      ? { result: "failed", reason: "was read, and should have been refused" }
      : { result: "passed" };
  } catch (error) {
    const typed = isLakewrightError(error);
    if (one.refuses && typed) return { result: "passed" };
    if (typed && /_UNSUPPORTED_/.test(error.code)) {
      return { result: "unsupported", code: error.code };
    }
    const reason = error instanceof Error ? error.message : String(error);
    return { result: "failed", reason: typed ? `${error.code}: ${reason}` : reason };
  }
}
